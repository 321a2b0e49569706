using System.Text;
using FsCheck.Xunit;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Tests.Devices;

public sealed class TasmotaFormatTests
{
    private static readonly TasmotaFormat Format = new();

    [Theory]
    [InlineData("tele/a/SENSOR", "%prefix%/a", "a")]
    [InlineData("a/b/c/T/tele/SENSOR", "a/b/c/T/%prefix%", "a/b/c/T")]
    [InlineData("tele/tele/SENSOR", "%prefix%/tele", "tele")]
    [InlineData("tele/stat/SENSOR", "%prefix%/stat", "stat")]
    [InlineData("stat/tele/SENSOR", "stat/%prefix%", "stat")]
    [InlineData("/tele/a/SENSOR", "/%prefix%/a", "/a")]
    [InlineData("tele/Küche Steckdose/SENSOR", "%prefix%/Küche Steckdose", "Küche Steckdose")]
    public void Hear_FullTopicOfAnyOrder_IsSplitAtThePrefix(string topic, string template, string address)
    {
        var heard = Hear(topic, """{"ENERGY":{"Power":5}}""");
        Assert.Equal((template, address), (heard?.Plug.TopicTemplate, heard?.Plug.Address));
    }

    [Theory]
    [InlineData("cmnd/a/POWER", "ON")]
    [InlineData("cmnd/tele/POWER", "ON")]
    [InlineData("a/cmnd/POWER", "ON")]
    [InlineData("tele/cmnd/POWER", "ON")]
    [InlineData("cmnd/stat/POWER", "ON")]
    [InlineData("tele/SENSOR", """{"ENERGY":{"Power":5}}""")]
    [InlineData("tele//SENSOR", """{"ENERGY":{"Power":5}}""")]
    [InlineData("tele/a\u0001/SENSOR", """{"ENERGY":{"Power":5}}""")]
    [InlineData("tele/a+b/SENSOR", """{"ENERGY":{"Power":5}}""")]
    [InlineData("$SYS/tele/a/SENSOR", """{"ENERGY":{"Power":5}}""")]
    [InlineData("stat/a/POWER", "BLINK")]
    [InlineData("stat/a/POWER33", "ON")]
    [InlineData("stat/a/POWER01", "ON")]
    [InlineData("stat/a/RESULT", """{"Dimmer":50}""")]
    [InlineData("stat/a/RESULT", """{"PowerOnState":3}""")]
    [InlineData("stat/a/STATUS", """{"Status":{"Power":1,"PowerOnState":3}}""")]
    [InlineData("tele/a/INFO1", """{"Info1":{"Module":"Generic"}}""")]
    [InlineData("tele/a/UPTIME", """{"Uptime":"1T00:00:00"}""")]
    [InlineData("tele/a/MARGINS", """{"MARGINS":{"PowerHigh":"ON"}}""")]
    [InlineData("tele/a/LWT", "")]
    [InlineData("tele/a/LWT", "who knows")]
    [InlineData("tele/a/SENSOR", "")]
    [InlineData("tele/a/SENSOR", """{"ENERGY":{"Power":null,"Total":[]}}""")]
    [InlineData("tele/a/SENSOR", """{"ENERGY":{"Power":1e999}}""")]
    [InlineData("tele/a/SENSOR", """{"ENERGY":{"Power":3,"ConsumptionTotal":1234,"Yesterday":5}}""")]
    public void Hear_WhatIsNoPlugsState_MakesNothingKnown(string topic, string payload) => Assert.False(Hear(topic, payload)?.MakesKnown ?? false);

    [Theory]
    [InlineData("SENSOR", """{"ENERGY":{"Power":[52,5],"Total":[2.813,0.254]}}""", "1:52/2.813 2:5/0.254")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":[298,7,0],"Total":436.786}}""", "1:298/ 2:7/ 3:0/ :/436.786")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":10,"Total":[5.5]}}""", "1:10/5.5")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":[10],"Total":5.5}}""", "1:10/5.5")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":[10,null,30],"Total":[1,2]}}""", "1:10/1 2:/2 3:30/")]
    [InlineData("SENSOR", """{"ENERGY":{"Total":{"Phase1":0.017,"Phase2":0.018}}}""", "1:/0.017 2:/0.018")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":12,"Total":{"Phase1":1}}}""", "1:12/1")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":nan,"Total":1.5}}""", "1:/1.5")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":-Infinity,"Total":1.5}}""", "1:/1.5")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":1e999,"Total":1.5}}""", "1:/1.5")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":null,"Total":1.5}}""", "1:/1.5")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":"23","Total":"1.944"}}""", "1:23/1.944")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":"NaN","Total":{"x":{"y":[]}}}}""", "")]
    [InlineData("SENSOR", """{"ENERGY":{"Power":1},"ENERGY":{"Power":2}}""", "1:2/")]
    [InlineData("SENSOR", """{"ANALOG":{"CTEnergy1":{"Energy":0.5,"Power":2300},"CTEnergy2":{"Energy":1,"Power":5}}}""", "1:2300/0.5 2:5/1")]
    [InlineData("SENSOR", """{"ANALOG":{"CTEnergy":{"Energy":0.5,"Power":2300}}}""", "1:2300/0.5")]
    [InlineData("SENSOR", """{"MT681":{"Total_in":12.5,"Power_cur":-3}}""", "1:-3/12.5")]
    [InlineData("SENSOR", """{"DHT11":{"Temperature":20.5}}""", "")]
    [InlineData("ENERGY", """{"Total":1.944,"Today":1,"Power":"9"}""", "1:9/1.944")]
    [InlineData("STATUS8", """{"StatusPWR":{"Total":4,"Power":9}}""", "1:9/4")]
    [InlineData("STATUS10", """{"StatusSNS":{"ENERGY":{"Total":4}}}""", "1:/4")]
    public void Read_Energy_GoesToItsChannels(string subject, string payload, string expected)
    {
        var reading = Read($"tele/a/{subject}", payload);
        Assert.Equal(expected, string.Join(' ', reading.Channels.Select(
            channel => FormattableString.Invariant($"{channel.Channel}:{channel.ActivePowerWatts}/{channel.EnergyKilowattHours}"))));
    }

    [Theory]
    [InlineData("stat/a/POWER", "ON", "1:True")]
    [InlineData("stat/a/POWER1", "off", "1:False")]
    [InlineData("stat/a/POWER32", "ON", "32:True")]
    [InlineData("stat/a/POWER", """{"POWER":"ON"}""", "1:True")]
    [InlineData("stat/a/RESULT", """{"POWER":"ON"}""", "1:True")]
    [InlineData("stat/a/RESULT", """{"POWER1":"ON","POWER2":"OFF"}""", "1:True 2:False")]
    [InlineData("stat/a/RESULT", """{"POWER":"ON","POWER":"OFF"}""", "1:False")]
    [InlineData("stat/a/RESULT", """{"POWER":"\u004fN"}""", "1:True")]
    [InlineData("stat/a/RESULT", """{"POWER":"TOGGLE"}""", "")]
    [InlineData("stat/a/RESULT", """{"POWER":{"x":1}}""", "")]
    [InlineData("stat/a/STATUS11", """{"StatusSTS":{"Time":"2024-01-01T00:00:00","POWER2":"ON"}}""", "2:True")]
    [InlineData("stat/a/DIMMER", """{"POWER":"ON","Dimmer":50}""", "1:True")]
    [InlineData("tele/a/INFO3", """{"POWER":"ON"}""", "")]
    public void Read_Switched_GoesToItsRelay(string topic, string payload, string expected) => Assert.Equal(
        expected, string.Join(' ', Read(topic, payload).Channels.Select(channel => $"{channel.Channel}:{channel.IsOn}")));

    [Theory]
    [InlineData("\"2018-02-15T17:37:10\"", "2018-02-15T17:37:10Z", false)]
    [InlineData("\"2018-02-15T17:37:10.250\"", "2018-02-15T17:37:10.250Z", false)]
    [InlineData("\"2018-02-15T17:37:10+01:00\"", "2018-02-15T16:37:10Z", true)]
    [InlineData("\"2018-02-15T17:37:10Z\"", "2018-02-15T17:37:10Z", true)]
    [InlineData("1518716230", "2018-02-15T17:37:10Z", true)]
    [InlineData("1518716230123", "2018-02-15T17:37:10.123Z", true)]
    [InlineData("\"2018-02-15T18:37:10\",\"Epoch\":1518716230", "2018-02-15T17:37:10Z", true)]
    [InlineData("\"1970-01-01T00:00:10\"", "1970-01-01T00:00:10Z", false)]
    public void Read_Time_IsTakenInEveryForm(string json, string clock, bool hasZone) => Assert.Equal(
        new ReportTime(DateTimeOffset.Parse(clock, System.Globalization.CultureInfo.InvariantCulture), hasZone),
        Read("tele/a/SENSOR", $$$"""{"Time":{{{json}}},"ENERGY":{"Power":5}}""").Time);

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("null")]
    [InlineData("-5")]
    [InlineData("1e30")]
    [InlineData("[1,{}]")]
    [InlineData("\"0000-00-00T00:00:00\"")]
    public void Read_TimeThatIsNone_IsLeftOut(string json)
    {
        var reading = Read("tele/a/SENSOR", $$$"""{"Time":{{{json}}},"ENERGY":{"Power":5}}""");
        Assert.Null(reading.Time);
        Assert.Equal(5, Assert.Single(reading.Channels).ActivePowerWatts);
    }

    [Theory]
    [InlineData("invalid", "payload.notJson")]
    [InlineData("""{"ENERGY":{"Power":5}""", "payload.notJson")]
    [InlineData("""{"ENERGY":{"Power":5}} x""", "payload.notJson")]
    [InlineData("[]", "payload.notAnObject")]
    [InlineData("5", "payload.notAnObject")]
    [InlineData("""{"POWER":"\ud800"}""", "payload.notJson")]
    public void Read_NotAnObject_IsUnreadable(string payload, string reason) =>
        Assert.Equal((ReadingKind.Unreadable, reason), (Read("tele/a/STATE", payload).Kind, Read("tele/a/STATE", payload).UnreadableReason));

    [Fact]
    public void Read_HugeDeepOrForeignBytes_IsUnreadable()
    {
        var nested = string.Concat(Enumerable.Repeat("{\"a\":", 16)) + "1" + new string('}', 16);
        Assert.Equal(ReadingKind.Nothing, Read("tele/a/SENSOR", nested).Kind);
        Assert.Equal("payload.tooDeep", Read("tele/a/SENSOR", $$"""{"a":{{nested}}}""").UnreadableReason);
        Assert.Equal("payload.tooLarge", Read("tele/a/SENSOR", $$"""{"a":"{{new string('x', PlugFormat.MaxPayloadBytes)}}"}""").UnreadableReason);
        Assert.Equal("payload.notUtf8", Format.Read(PlugAt("%prefix%/a"), "tele/a/SENSOR", [(byte)'{', 0xC3, 0x28, (byte)'}']).UnreadableReason);
    }

    [Property(MaxTest = 500)]
    public void Hear_AnyBytes_NeverThrows(byte[] payload, byte at)
    {
        string[] topics = ["tele/a/SENSOR", "stat/a/RESULT", "stat/a/POWER", "tele/a/LWT", "tasmota/discovery/AABBCCDDEEFF/config", "tasmota/discovery/AABBCCDDEEFF/sensors"];
        var real = """{"Time":"2018-02-15T17:37:10","t":"a","ft":"%prefix%/%topic%/","tp":["cmnd","stat","tele"],"rl":[1,0],"ENERGY":{"Total":6.294,"Power":[2635,1]}}"""u8.ToArray();
        foreach (var topic in topics)
        {
            Format.Hear(topic, payload);
            byte[] broken = [.. real];
            Array.Copy(payload, 0, broken, Math.Min(at, broken.Length), Math.Min(payload.Length, Math.Max(0, broken.Length - at)));
            Format.Hear(topic, broken);
            Format.Read(PlugAt("%prefix%/a"), topic, broken);
        }
    }

    [Fact]
    public void Hear_Announcement_BringsItsOwnPrefixesAndWords()
    {
        var heard = Hear("tasmota/discovery/aabbccddeeff/config", """
            {"t":"kitchen/fridge","ft":"home/%topic%/%prefix%/","tp":["c","s","t"],"state":["AUS","EIN","X","Y"],"ofln":"weg","onln":"da",
             "rl":[1,1,3],"dn":"  A\u0007B ","hn":"h","md":"M","mac":"AABBCCDDEEFF"}
            """);
        Assert.NotNull(heard);
        var plug = heard.Plug.ToPlug(default);
        Assert.Equal(("home/kitchen/fridge/%prefix%", "home/kitchen/fridge", "AB"), (plug.TopicTemplate, plug.Address, plug.ReportedName));
        Assert.Equal(["1", "2"], heard.Plug.RelayChannels);
        Assert.Equal(["home/kitchen/fridge/t/+", "home/kitchen/fridge/s/+"], Format.TopicFilters(plug));
        Assert.True(Single(plug, "home/kitchen/fridge/s/POWER2", "EIN").IsOn);
        Assert.False(Single(plug, "home/kitchen/fridge/s/RESULT", """{"POWER1":"AUS"}""").IsOn);
        Assert.Equal(Availability.Offline, Format.Read(plug, "home/kitchen/fridge/t/LWT", "weg"u8).Availability);
        Assert.Equal(Availability.Online, Format.Read(plug, "home/kitchen/fridge/t/LWT", "da"u8).Availability);
        var command = Format.Switch(plug, "1", false);
        Assert.Equal(("home/kitchen/fridge/c/POWER1", "OFF"), (command.Topic, Encoding.UTF8.GetString(command.Payload)));
    }

    [Theory]
    [InlineData("""{"t":"a+b","ft":"%prefix%/%topic%/"}""")]
    [InlineData("""{"t":"a\u0001","ft":"%prefix%/%topic%/"}""")]
    [InlineData("""{"t":"a","ft":"%prefix%/%topic%/","tp":["c","s","#"]}""")]
    [InlineData("""{"t":"","ft":"%prefix%/%topic%/"}""")]
    [InlineData("""{"t":5,"ft":null}""")]
    [InlineData("""[]""")]
    [InlineData("""{""")]
    public void Hear_AnnouncementUnfitForATopic_NamesNoPlug(string payload) =>
        Assert.False(Hear("tasmota/discovery/AABBCCDDEEFF/config", payload)?.MakesKnown ?? false);

    [Fact]
    public void Hear_NameLongerThanItsColumn_NamesNoPlug() =>
        Assert.Null(Hear($"tele/{new string('x', 257)}/SENSOR", """{"ENERGY":{"Power":5}}"""));

    [Fact]
    public void Hear_EmptyAnnouncement_TakesItBack()
    {
        var heard = Hear("tasmota/discovery/AABBCCDDEEFF/config", "");
        Assert.True(heard is { Removed: true, MakesKnown: false, Plug.Mac: "AABBCCDDEEFF" });
    }

    [Fact]
    public void Switch_OneRelay_IsPowerWithoutANumber()
    {
        Assert.Equal("cmnd/a/POWER", Format.Switch(PlugAt("%prefix%/a"), "1", true).Topic);
        Assert.Equal("cmnd/a/POWER2", Format.Switch(PlugAt("%prefix%/a"), "2", true).Topic);
        Assert.False(Format.CanSwitch(PlugAt("%prefix%/a"), "2/x"));
        Assert.Throws<ArgumentException>(() => Format.Switch(PlugAt("%prefix%/a"), "#", true));
    }

    [Fact]
    public void Read_CommandsShareTheTopic_BareWordIsNoState()
    {
        var plug = PlugAt("%prefix%/a");
        plug.Dialect = """{"cmnd":"x","stat":"x","tele":"x"}""";
        Assert.Equal(ReadingKind.Nothing, Format.Read(plug, "x/a/POWER", "ON"u8).Kind);
        Assert.Equal(ReadingKind.Report, Format.Read(plug, "x/a/RESULT", """{"POWER":"ON"}"""u8).Kind);
    }

    [Fact]
    public void TopicFilters_DialectThatTellsLittle_IsTheFactorysForTheRest()
    {
        var plug = PlugAt("%prefix%/a");
        plug.Dialect = """{"on":"EIN"}""";
        Assert.Equal(["tele/a/+", "stat/a/+"], Format.TopicFilters(plug));
        Assert.False(Single(plug, "stat/a/POWER", "off").IsOn);
    }

    private static HeardMessage? Hear(string topic, string payload) => Format.Hear(topic, Encoding.UTF8.GetBytes(payload));

    private static PlugReading Read(string topic, string payload) => Format.Read(PlugAt("%prefix%/a"), topic, Encoding.UTF8.GetBytes(payload));

    private static ChannelReading Single(Plug plug, string topic, string payload) =>
        Assert.Single(Format.Read(plug, topic, Encoding.UTF8.GetBytes(payload)).Channels);

    private static Plug PlugAt(string template) => new() { Family = "tasmota", Address = "a", TopicTemplate = template };
}
