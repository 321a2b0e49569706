using System.Text;
using Microsoft.Extensions.Configuration;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Web.Demo;

namespace MqttChat.Tests.Demo;

/// <summary>What the demo's plugs say, read by the product's own formats.</summary>
public sealed class DemoPlugTests
{
    private static readonly DateTimeOffset Opened = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Topics() => [.. Plugs("en").Select(plug => plug.Plug.Label.Topic)];

    [Fact]
    public void Plugs_AreTen_InBothLanguages_WithNamesAndHardwareOfTheirOwn()
    {
        foreach (var plugs in new[] { Plugs("en"), Plugs("ja") })
        {
            Assert.Equal(10, plugs.Count);
            Assert.Equal(10, plugs.Select(plug => plug.Plug.Label.Name).Distinct().Count());
            Assert.Equal(10, plugs.Select(plug => plug.Plug.Label.Mac).Distinct().Count());
            Assert.Single(plugs, plug => plug.IsLeftOn);
            Assert.Contains(plugs, plug => plug.Plug.Meter.Channels == 2);
        }
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void Plug_AnnouncesItself_AndWhatItSaysIsRead(string topic)
    {
        var demo = Plugs("en").Single(plug => plug.Plug.Label.Topic == topic).Plug;
        demo.Meter.Count(Opened.AddDays(-29));
        var (speech, meter) = (demo.Speech, demo.Meter);

        var heard = PlugFormats.Hear(speech.DiscoveryTopic("config"), Encoding.UTF8.GetBytes(speech.DiscoveryConfig()))!;
        Assert.True(heard.MakesKnown);
        Assert.Equal((demo.Label.Name, demo.Label.Model, demo.Label.Mac), (heard.Plug.ReportedName, heard.Plug.Model, heard.Plug.Mac));
        Assert.Equal(meter.Channels, heard.Plug.RelayChannels.Count);

        var plug = heard.Plug.ToPlug(Opened);
        var adopted = new AdoptedPlugs([plug]);
        foreach (var said in new[] { speech.SensorTopic, speech.StateTopic, speech.WillTopic, speech.ResultTopic, speech.PowerTopic(0), speech.StatusTopic("10") })
        {
            Assert.Same(plug, adopted.Find(said));
        }

        var sensor = PlugFormats.Read(plug, speech.SensorTopic, Encoding.UTF8.GetBytes(speech.Sensor()));
        Assert.Equal(ReadingKind.Report, sensor.Kind);
        Assert.Equal(meter.CountedUntil, TimeOf(sensor, meter.Zone));
        for (var channel = 0; channel < meter.Channels; channel++)
        {
            var read = sensor.Channels.Single(one => one.Channel == $"{channel + 1}");
            Assert.Equal(meter.KilowattHours(channel), read.EnergyKilowattHours);
            Assert.Equal(meter.Watts(channel), read.ActivePowerWatts!.Value, 0.06);
        }

        var state = PlugFormats.Read(plug, speech.StateTopic, Encoding.UTF8.GetBytes(speech.State()));
        Assert.Equal(meter.Channels, state.Channels.Count(one => one.IsOn == true));
        Assert.Equal(Availability.Offline, PlugFormats.Read(plug, speech.WillTopic, Encoding.UTF8.GetBytes(speech.WillPayload)).Availability);
        Assert.Equal(Availability.Online, PlugFormats.Read(plug, speech.WillTopic, Encoding.UTF8.GetBytes(speech.Hello)).Availability);
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void Plug_UnderstandsTheProductsCommands(string topic)
    {
        var demo = Plugs("en").Single(plug => plug.Plug.Label.Topic == topic).Plug;
        var (speech, meter) = (demo.Speech, demo.Meter);
        var plug = PlugFormats.Hear(speech.DiscoveryTopic("config"), Encoding.UTF8.GetBytes(speech.DiscoveryConfig()))!.Plug.ToPlug(Opened);
        var format = PlugFormats.For("tasmota")!;

        var last = meter.Channels - 1;
        var command = format.Switch(plug, $"{last + 1}", false);
        Assert.StartsWith(speech.CommandFilter.TrimEnd('+'), command.Topic, StringComparison.Ordinal);
        var relay = speech.RelayOf(command.Topic[(command.Topic.LastIndexOf('/') + 1)..]);
        Assert.Equal(last, relay);
        Assert.False(speech.Wanted(last, Encoding.UTF8.GetString(command.Payload)));

        meter.Switch(last, false, meter.CountedUntil);
        var answer = PlugFormats.Read(plug, speech.ResultTopic, Encoding.UTF8.GetBytes(speech.Result(last)));
        Assert.Equal(($"{last + 1}", false), (answer.Channels[0].Channel, answer.Channels[0].IsOn));
        Assert.All(format.Ask(plug), question => Assert.NotNull(speech.StatusAnswer(Encoding.UTF8.GetString(question.Payload))));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public void Talk_InBothLanguages_IsReadable_AndSaidByPeopleOfTheRoom(string language)
    {
        var words = Words(language);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");
        var past = DemoTalk.Read(words.Lines("Past"), Opened, zone);
        var live = DemoTalk.Read(words.Lines("Live"), Opened, zone);
        var thanks = DemoTalk.Read(words.Lines("HeaterOff"), Opened, zone);

        Assert.Equal(10, words.People.Count);
        Assert.All(past, talk => Assert.True(talk.At < Opened && talk.At > Opened.AddDays(-10)));
        Assert.All(live.Concat(thanks), talk => Assert.Null(talk.At));
        Assert.Equal(Enum.GetValues<DemoRoom>().Length, past.Select(talk => talk.Room).Distinct().Count());
        foreach (var talk in past.Concat(live).Concat(thanks))
        {
            Assert.NotEmpty(talk.Lines);
            Assert.All(talk.Lines, line => Assert.True(DemoHouse.IsMember(talk.Room, line.Person, line.Person is 0 or 9), $"{talk.Room}: {line.Text}"));
        }

        // Who looks at the demo as staff does not find that they have spoken.
        Assert.All(live.Concat(thanks), talk => Assert.DoesNotContain(talk.Lines, line => line.Person == 0));
    }

    [Theory]
    [InlineData(1, 20, 60)]
    [InlineData(60, 240, 600)]
    [InlineData(600, 1200, 2400)]
    public void Chatter_TheLongerItRuns_TheQuieterItGets(double minutes, double least, double most) =>
        Assert.InRange(DemoChatter.PauseAfter(TimeSpan.FromMinutes(minutes)).TotalSeconds, least, most);

    private static DateTimeOffset TimeOf(PlugReading reading, TimeZoneInfo zone)
    {
        var time = reading.Time!.Value;
        return time.HasZone ? time.Clock : new DateTimeOffset(time.Clock.DateTime, zone.GetUtcOffset(time.Clock.DateTime));
    }

    private static IReadOnlyList<DemoPlug> Plugs(string language) =>
        DemoPlugs.Of(Words(language), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Opened, TimeProvider.System);

    private static DemoWords Words(string language) =>
        DemoWords.For(new ConfigurationBuilder().AddInMemoryCollection([new("House:Language", language)]).Build());
}
