using System.Globalization;
using System.Text;
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
        var code = Plain(value)?.ToUpperInvariant();
        return code?.Length == 0 ? null
            : code is not null && IsCurrency(code) ? code
            : throw RefusedException.Invalid("house.currencyInvalid", "currency");
    }

    /// <summary>Whether it has the form of a currency's code.</summary>
    public static bool IsCurrency(string code) => code.Length == 3 && code.All(char.IsAsciiLetterUpper);

    /// <summary>A price with a point or a comma, also in full-width digits; null: none.</summary>
    public static decimal? Price(string? value)
    {
        var text = Plain(value)?.Replace(',', '.');
        if (text?.Length == 0)
        {
            return null;
        }

        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price) && price <= MostPrice
            ? decimal.Round(price, PriceDigits) is > 0 and var rounded ? rounded : null
            : throw RefusedException.Invalid("house.priceInvalid", "price");
    }

    // Without the widths of Japanese keyboards; null for broken Unicode.
    private static string? Plain(string? value) =>
        !PlainText.IsWellFormed(value ?? "") ? null : (value ?? "").Normalize(NormalizationForm.FormKC).Trim();
}
