using System.Globalization;

namespace MqttChat.Web.Accounts.Household;

/// <summary>What a browser's languages say about where it is.</summary>
internal static class BrowserRegion
{
    private static readonly Lazy<IReadOnlyList<string>> World = new(() =>
    [
        .. CultureInfo.GetCultures(CultureTypes.SpecificCultures).Select(culture => new RegionInfo(culture.Name).ISOCurrencySymbol)
            .Where(code => code.Length == 3 && code.All(char.IsAsciiLetterUpper) && !code.StartsWith('X')).Distinct().Order(StringComparer.Ordinal),
    ]);

    /// <summary>All currencies that are paid with somewhere.</summary>
    public static IReadOnlyList<string> Currencies => World.Value;

    /// <summary>The currency of the first language that names a country ("en-GB"), or is spoken in one alone; null: it cannot be told.</summary>
    public static string? CurrencyOf(HttpRequest request)
    {
        foreach (var language in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(one => one.Quality ?? 1).Select(one => one.Value.Value).Take(8))
        {
            if (Region(language) is { } region && Currencies.Contains(region.ISOCurrencySymbol))
            {
                return region.ISOCurrencySymbol;
            }
        }

        return null;
    }

    private static RegionInfo? Region(string? language)
    {
        try
        {
            return language switch
            {
                "ja" => new RegionInfo("ja-JP"),
                { Length: >= 5 and <= 12 } when language.Contains('-', StringComparison.Ordinal) => new RegionInfo(language),
                _ => null,
            };
        }
        catch (ArgumentException)
        {
            // Browsers send what they are told to.
            return null;
        }
    }
}
