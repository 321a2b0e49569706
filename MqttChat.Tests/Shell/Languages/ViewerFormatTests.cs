using System.Globalization;
using Microsoft.AspNetCore.Http;
using MqttChat.Web.Shell.Languages;

namespace MqttChat.Tests.Shell.Languages;

public sealed class ViewerFormatTests
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 30, 17, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("en", "en-GB", "30/11/2026", "17:05", "1,234.5")]
    [InlineData("en", "en-GB,en-US;q=0.9,en;q=0.8", "30/11/2026", "17:05", "1,234.5")]
    [InlineData("en", "EN-gb", "30/11/2026", "17:05", "1,234.5")]
    [InlineData("en", "en-US,en;q=0.9", "11/30/2026", "5:05 PM", "1,234.5")]
    [InlineData("en", "en", "11/30/2026", "5:05 PM", "1,234.5")]
    [InlineData("en", "", "11/30/2026", "5:05 PM", "1,234.5")]
    [InlineData("en", "en;q=0.5,en-AU", "30/11/2026", "5:05 pm", "1,234.5")]
    [InlineData("en", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "30/11/2026", "17:05", "1.234,5")]
    [InlineData("en", "fr-FR", "30/11/2026", "17:05", "1,234.5")]
    [InlineData("en", "zh-Hant-TW", "30/11/2026", "5:05 pm", "1,234.5")]
    [InlineData("en", "es-419", "30/11/2026", "17:05", "1,234.5")]
    [InlineData("ja", "ja-JP,ja;q=0.9,en-US;q=0.8", "2026/11/30", "17:05", "1,234.5")]
    [InlineData("ja", "ja,en-US;q=0.9,en;q=0.8", "2026/11/30", "17:05", "1,234.5")]
    [InlineData("ja", "en-GB", "2026/11/30", "17:05", "1,234.5")]
    [InlineData("en", "en-ZZ, x-klingon, en-a-GB", "11/30/2026", "5:05 PM", "1,234.5")]
    public void Of_PageLanguageAndBrowsersRegion_WritesAsTheViewerDoes(string language, string accepted, string date, string time, string number)
    {
        var format = Of(language, accepted);

        Assert.Equal(language, format.TwoLetterISOLanguageName);
        Assert.Equal((date, time, number), (Moment.ToString("d", format), Plain(Moment.ToString("t", format)), Plain(1234.5.ToString("N1", format))));
        Assert.Contains(format, ViewerFormat.Supported);
    }

    private static CultureInfo Of(string language, string accepted)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptLanguage = accepted;
        return ViewerFormat.Of(language, request.GetTypedHeaders().AcceptLanguage);
    }

    // Unicode's tables change their spaces from one year to the next.
    private static string Plain(string text) => text.Replace('\u202f', ' ').Replace('\u00a0', ' ');
}
