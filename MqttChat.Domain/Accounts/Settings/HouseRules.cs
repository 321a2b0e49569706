using System.Globalization;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Accounts.Settings;

/// <summary>What a house's settings must look like. Each method returns the value as it is stored, or refuses.</summary>
public static class HouseRules
{
    /// <summary>The dearest kilowatt hour there is.</summary>
    public const decimal MostPrice = 1_000_000;

    /// <summary>Longest time zone id.</summary>
    public const int MaxZoneLength = 64;

    private const int PriceDigits = 6;

    /// <summary>The zones to choose from, by name: places, and UTC.</summary>
    public static IReadOnlyList<string> Zones { get; } =
    [
        .. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)
            .Where(id => id == "UTC" || (id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal)))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>A zone that this machine knows; null: none chosen.</summary>
    public static string? TimeZone(string? value) =>
        string.IsNullOrWhiteSpace(value) ? null
        : IsZone(value.Trim()) ? value.Trim()
        : throw RefusedException.Invalid("house.zoneUnknown", "timeZone");

    /// <summary>Whether this machine knows the zone.</summary>
    public static bool IsZone(string value) => value.Length is > 0 and <= MaxZoneLength && TimeZoneInfo.TryFindSystemTimeZoneById(value, out _);

    /// <summary>A language there is; null: none chosen.</summary>
    public static string? Language(string? value) =>
        string.IsNullOrEmpty(value) ? null
        : AccountRules.Languages.Contains(value) ? value
        : throw RefusedException.Invalid("house.languageUnknown", "language");

    /// <summary>Three letters (ISO 4217), in capitals whatever was typed; null: none chosen.</summary>
    public static string? Currency(string? value)
    {
        var code = PlainText.Folded(value)?.ToUpperInvariant();
        return code?.Length == 0 ? null
            : code is not null && IsCurrency(code) ? code
            : throw RefusedException.Invalid("house.currencyInvalid", "currency");
    }

    /// <summary>Whether it has the form of a currency's code.</summary>
    public static bool IsCurrency(string code) => code.Length == 3 && code.All(char.IsAsciiLetterUpper);

    /// <summary>
    /// A price with a point or a comma before its fraction, also in full-width digits; null: none. <c>house.priceAmbiguous</c> where the
    /// separator may stand for thousands, <c>house.priceInvalid</c> for what is no price.
    /// </summary>
    public static decimal? Price(string? value)
    {
        var typed = PlainText.Folded(value);
        if (typed?.Length == 0)
        {
            return null;
        }

        if (typed is not null && IsAmbiguous(typed))
        {
            throw RefusedException.Invalid("house.priceAmbiguous", "price");
        }

        var text = typed?.Replace(',', '.');
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price) && price <= MostPrice
            ? decimal.Round(price, PriceDigits) is > 0 and var rounded ? rounded : null
            : throw RefusedException.Invalid("house.priceInvalid", "price");
    }

    // A single separator with three digits after it, as in "1,000": a thousand to some, one to others. Nobody writes a thousand as "0,001".
    private static bool IsAmbiguous(string number) =>
        number.AsSpan().IndexOfAny(',', '.') is > 0 and <= 3 and var separator && number.Length == separator + 4 && number[0] is not '0'
        && number.Where((_, place) => place != separator).All(char.IsAsciiDigit);
}
