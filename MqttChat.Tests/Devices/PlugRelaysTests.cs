using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Telemetry;

namespace MqttChat.Tests.Devices;

/// <summary>Only what the plug has can be switched.</summary>
public class PlugRelaysTests
{
    private const string NotFound = "plug.channelNotFound";
    private const string NoRelay = "plug.noRelay";

    // "announced" stands for what discovery told ("1+" with a relay, "2-" without), "told" for what was reported ("1!" said on or off).
    [Theory]
    [InlineData("", "1!", "1", null)]
    [InlineData("", "1!", "17", NotFound)]
    [InlineData("", "1!", "2", NotFound)]
    [InlineData("1+", "", "1", null)]
    [InlineData("1+", "", "17", NotFound)]
    [InlineData("1+ 2+", "1 2", "2", null)]
    [InlineData("1+", "1! 2", "2", NoRelay)]
    [InlineData("1+ 2-", "", "2", NoRelay)]
    [InlineData("1-", "1", "1", NoRelay)]
    [InlineData("", "1! 2! 3", "3", NoRelay)]
    [InlineData("", "1! ", "1", null)]
    // Nobody knows whether it has a relay: what it measures may have one, and nothing else.
    [InlineData("", "1", "1", null)]
    [InlineData("", "1", "2", NotFound)]
    [InlineData("", "", "1", null)]
    [InlineData("", "", "17", NotFound)]
    [InlineData("", "1!", "0", NotFound)]
    [InlineData("", "1!", "-1", NotFound)]
    [InlineData("", "1!", "01", NotFound)]
    [InlineData("", "1!", "1 ", NotFound)]
    [InlineData("", "1!", "", NotFound)]
    [InlineData("", "1!", "33", NotFound)]
    [InlineData("", "1!", "2147483648", NotFound)]
    [InlineData("", "1!", "99999999999999999999", NotFound)]
    [InlineData("", "1!", "1/x", NotFound)]
    [InlineData("", "1!", "１", NotFound)]
    public void Require_AChannel_IsRefusedWhereThePlugHasNoRelay(string announced, string told, string channel, string? code) =>
        Assert.Equal(code, CodeOf(PlugOf(announced), channel, [.. Words(told).Select(word => new ToldChannel(word.Trim('!'), word.EndsWith('!')))]));

    [Theory]
    [InlineData("""{"relays":0}""", "1", NoRelay)]
    [InlineData("""{"relays":0}""", "2", NotFound)]
    [InlineData("""{"relays":1}""", "1", null)]
    public void Require_OfAPlugThatAnnouncedHowManyItHas_FollowsThat(string dialect, string channel, string? code)
    {
        var plug = PlugOf("");
        plug.Dialect = dialect;

        Assert.Equal(code, CodeOf(plug, channel, [new("1", false)]));
    }

    [Fact]
    public void Require_WhileTheReportsCannotBeRead_GoesByWhatWasAnnounced()
    {
        Assert.Equal(NotFound, CodeOf(PlugOf("1+"), "17", null));
        Assert.Null(CodeOf(PlugOf("1+"), "1", null));
        Assert.Null(CodeOf(PlugOf(""), "2", null));
    }

    private static string? CodeOf(Plug plug, string channel, IReadOnlyList<ToldChannel>? told)
    {
        try
        {
            PlugRelays.Require(plug, channel, told);
            return null;
        }
        catch (RefusedException refused)
        {
            Assert.Equal(refused.Code == NotFound ? RefusalKind.NotFound : RefusalKind.Conflict, refused.Kind);
            return refused.Code;
        }
    }

    private static Plug PlugOf(string announced)
    {
        var plug = IngestHouse.Plug(1, "fridge");
        plug.Channels.AddRange(Words(announced).Select(word => new PlugChannel { Channel = word[..^1], HasRelay = word.EndsWith('+') }));
        return plug;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
