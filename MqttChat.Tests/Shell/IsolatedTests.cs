using MqttChat.Web.Shell;

namespace MqttChat.Tests.Shell;

public sealed class IsolatedTests
{
    [Theory]
    [InlineData("Kim", "Kim")]
    [InlineData("美香", "美香")]
    [InlineData("Zoë 👩‍🍳", "Zoë 👩‍🍳")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("דנה", "\u2068דנה\u2069")]
    [InlineData("محمد (2)", "\u2068محمد (2)\u2069")]
    [InlineData("\U00010A00", "\u2068\U00010A00\u2069")]
    [InlineData("Kim\u202E", "\u2068Kim\u202E\u2069")]
    [InlineData("Kim\u2067", "\u2068Kim\u2067\u2069\u2069")]
    [InlineData("Kim\u2069\u2069", "\u2068Kim\u2069")]
    [InlineData("\u2066a\u2069b\u2069c", "\u2068\u2066a\u2069bc\u2069")]
    public void Of_ANameThatTurnsText_EndsWhatItBegan_AndOthersStay(string? name, string shown)
    {
        Assert.Equal(shown, Isolated.Of(name));
    }
}
