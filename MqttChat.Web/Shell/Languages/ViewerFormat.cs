using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Net.Http.Headers;

namespace MqttChat.Web.Shell.Languages;

/// <summary>
/// How dates and numbers are written for a viewer: in the page's language, as in the region that the browser names. Somebody in
/// Britain reads 30/11/2026 and 17:05, whatever else the house speaks.
/// </summary>
internal static class ViewerFormat
{
    // English as it is written outside the United States, where a region has no English of its own: with 12 and with 24 hours.
    private const string World = "en-001";
    private const string WorldBy24Hours = "en-150";

    // A browser names a handful; whoever sends more means no good.
    private const int MostLanguages = 8;

    private static readonly Dictionary<string, CultureInfo> All = CultureInfo.GetCultures(CultureTypes.AllCultures)
        .Where(culture => culture.Name.Length > 0).DistinctBy(culture => culture.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(culture => culture.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every format that pages may come in.</summary>
    public static IList<CultureInfo> Supported { get; } =
        [.. All.Values.Where(culture => LanguageSetup.Languages.Contains(culture.TwoLetterISOLanguageName))];

    /// <summary>The language that the first of <paramref name="choices"/> names, with the browser's region.</summary>
    public static async Task<ProviderCultureResult?> OfAsync(HttpContext http, IReadOnlyList<IRequestCultureProvider> choices)
    {
        foreach (var choice in choices)
        {
            if (await choice.DetermineProviderCultureResult(http) is { } chosen
                && chosen.UICultures.Select(culture => LanguageOf(culture.Value)).FirstOrDefault(LanguageSetup.Languages.Contains) is { } language)
            {
                return new ProviderCultureResult(Of(language, http.Request.GetTypedHeaders().AcceptLanguage).Name, language);
            }
        }

        return null;
    }

    /// <summary>The format for a page in <paramref name="language"/>.</summary>
    public static CultureInfo Of(string language, IEnumerable<StringWithQualityHeaderValue> accepted)
    {
        foreach (var tag in accepted.Take(MostLanguages).OrderByDescending(one => one.Quality ?? 1).Select(one => one.Value.Value ?? ""))
        {
            if (RegionOf(tag) is { } region)
            {
                return Known($"{language}-{region}") ?? (language == "en" && All.TryGetValue(tag, out var own) ? Foreign(own) : All[language]);
            }
        }

        return All[language];
    }

    private static CultureInfo Foreign(CultureInfo own) =>
        Known(own.DateTimeFormat.ShortTimePattern.Contains('H', StringComparison.Ordinal) ? WorldBy24Hours : World) ?? All["en"];

    private static CultureInfo? Known(string name) => All.GetValueOrDefault(name);

    private static string LanguageOf(string? tag) => (tag ?? "").Split('-')[0].ToLowerInvariant();

    // "GB" of "en-GB", "TW" of "zh-Hant-TW"; what follows a single letter is no region any more.
    private static string? RegionOf(string tag) => tag.Split('-').Skip(1).TakeWhile(part => part.Length > 1)
        .FirstOrDefault(part => part.Length == 2 || (part.Length == 3 && part.All(char.IsAsciiDigit)));
}
