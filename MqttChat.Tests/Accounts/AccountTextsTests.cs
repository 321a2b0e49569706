using System.Collections;
using System.Globalization;
using System.Resources;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

public sealed class AccountTextsTests
{
    private static readonly ResourceManager Texts = new(typeof(AccountTexts).FullName!, typeof(AccountTexts).Assembly);

    [Fact]
    public void Texts_BothLanguages_HaveTheSameKeysAndPlaceholders()
    {
        var (english, japanese) = (KeysOf(CultureInfo.InvariantCulture), KeysOf(CultureInfo.GetCultureInfo("ja")));

        Assert.NotEmpty(english);
        Assert.Equal(english, japanese);
    }

    private static List<string> KeysOf(CultureInfo culture) => [.. Texts.GetResourceSet(culture, true, false)!.Cast<DictionaryEntry>()
        .Select(entry => $"{entry.Key} {((string)entry.Value!).Count(letter => letter == '{')}").Order(StringComparer.Ordinal)];
}
