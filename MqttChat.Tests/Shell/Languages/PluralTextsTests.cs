using System.Globalization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MqttChat.Web.Observability;
using MqttChat.Web.Rooms;
using MqttChat.Web.Shell.Languages;

namespace MqttChat.Tests.Shell.Languages;

public sealed class PluralTextsTests
{
    [Theory]
    [InlineData("en-GB", 0, "0 members")]
    [InlineData("en-GB", 1, "1 member")]
    [InlineData("en-US", 2, "2 members")]
    [InlineData("en-DE", 1234, "1.234 members")]
    [InlineData("ja", 1, "メンバー1人")]
    [InlineData("ja", 21, "メンバー21人")]
    public void Many_SoMany_IsSaidAsPeopleSayIt(string culture, long count, string said) =>
        Assert.Equal(said, In(culture, () => Texts<RoomTexts>().Many("MemberCount", count)));

    [Fact]
    public void Many_WithMoreValues_PutsThemAfterTheNumber() =>
        Assert.Equal("14:32, 1 reading deleted", In("en-GB", () => Texts<StatusTexts>().Many("CleanUpDone", 1, "14:32")));

    [Fact]
    public void Many_TextThatDoesNotChange_NeedsNoSecondOne() =>
        Assert.StartsWith("Reports wait 1 s ", In("en-GB", () => Texts<StatusTexts>().Many("Finding.FarBehind", 1)), StringComparison.Ordinal);

    private static StringLocalizer<T> Texts<T>() =>
        new(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));

    private static string In(string culture, Func<string> say)
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture.Split('-')[0]);
            return say();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }
}
