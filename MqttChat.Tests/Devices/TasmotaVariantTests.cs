using System.Text;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Tests.Devices;

/// <summary>Ways of speaking that the collected messages have no example of (tasmota/docs, Commands.md).</summary>
public sealed class TasmotaVariantTests
{
    [Theory]
    [InlineData("stat/T/STATUS5", """{"StatusNET":{"Hostname":"T","IPAddress":"192.168.1.2","Power":1,"Total":5}}""", "")]
    [InlineData("stat/T/STATUS", """{"Status":{"Module":1,"FriendlyName":["T"],"Topic":"T","Power":1,"PowerOnState":3}}""", "")]
    [InlineData("stat/T/STATUS0", """{"Status":{"Power":"1"},"StatusSNS":{"Time":"2026-01-01T00:00:00","ENERGY":{"Total":2.5,"Power":7}},"StatusSTS":{"POWER":"ON"}}""", "1:True:7:2.5")]
    [InlineData("tele/T/SENSOR", """{"Time":"2026-01-01T00:00:00","ENERGY":{"TotalStartTime":["a","b"],"Total":[2.5,1.5],"Yesterday":[1,1],"Today":[0,0],"Period":[1,2],"Power":[7,8],"Voltage":230}}""", "1::7:2.5 2::8:1.5")]
    [InlineData("tele/T/SENSOR", """{"Time":"2026-01-01T00:00:00","ENERGY":{"Total":null,"Power":null}}""", "")]
    [InlineData("stat/T/RESULT", """{"EnergyReset":{"Total":0,"Yesterday":0,"Today":0}}""", "")]
    [InlineData("stat/T/RESULT", """{"EnergyTotal":{"Total":1.234,"Yesterday":0,"Today":0},"EnergyExport":{"Total":1}}""", "")]
    [InlineData("stat/T/RESULT", """{"POWER":"ON","Dimmer":42,"Color":"FF","HSBColor":"0,0,100","Channel":[42]}""", "1:True::")]
    [InlineData("stat/T/RESULT", """{"Shutter1":{"Position":50,"Direction":0,"Target":50,"Tilt":0}}""", "")]
    [InlineData("stat/T/RESULT", """{"POWER0":"ON"}""", "")]
    [InlineData("stat/T/POWER0", "ON", "")]
    [InlineData("stat/T/POWER33", "ON", "")]
    [InlineData("stat/T/POWER1", "OFF", "1:False::")]
    [InlineData("stat/T/POWER", "BLINK", "")]
    [InlineData("stat/T/POWER", """{"POWER":"ON"}""", "1:True::")]
    [InlineData("stat/T/POWER2", """{"POWER2":"OFF"}""", "2:False::")]
    [InlineData("stat/T/DIMMER", """{"POWER":"ON","Dimmer":50}""", "1:True::")]
    [InlineData("stat/T/STATE", """{"Time":"2026-01-01T00:00:00","POWER1":"ON","POWER2":"OFF","Wifi":{"AP":1}}""", "1:True:: 2:False::")]
    [InlineData("tele/T/STATE", """{"Time":1767225600,"POWER":"ON","Berry":{"HeapUsed":4}}""", "1:True::")]
    [InlineData("tele/T/INFO3", """{"Info3":{"RestartReason":"Power On"}}""", "")]
    [InlineData("tele/T/SENSOR", """{"Time":"2026-01-01T00:00:00","Switch1":"ON","AM2301":{"Temperature":20}}""", "")]
    public void Read_Variant_TellsItsChannels(string topic, string payload, string expected)
    {
        var plug = new Plug { Family = "tasmota", Address = "T", TopicTemplate = "%prefix%/T" };

        var reading = PlugFormats.Read(plug, topic, Encoding.UTF8.GetBytes(payload));

        Assert.NotEqual(ReadingKind.Unreadable, reading.Kind);
        Assert.Equal(expected, string.Join(' ', reading.Channels.Select(channel => FormattableString.Invariant(
            $"{channel.Channel}:{channel.IsOn}:{channel.ActivePowerWatts}:{channel.EnergyKilowattHours}"))));
    }

    [Theory]
    [InlineData("\"2026-01-01T01:00:00+01:00\"", true, 0)]
    [InlineData("\"2026-01-01T00:00:00Z\"", true, 0)]
    [InlineData("1767225600", true, 0)]
    [InlineData("1767225600000", true, 0)]
    [InlineData("\"2026-01-01T01:00:00\",\"Epoch\":1767225600", true, 0)]
    [InlineData("\"2026-01-01T01:00:00\"", false, 60)]
    public void Read_Time_InEveryFormOfTheCommand(string time, bool hasZone, int minutes)
    {
        var plug = new Plug { Family = "tasmota", Address = "T", TopicTemplate = "%prefix%/T" };

        var reading = PlugFormats.Read(plug, "tele/T/SENSOR", Encoding.UTF8.GetBytes($$$"""{"Time":{{{time}}},"ENERGY":{"Power":1}}"""));

        Assert.Equal((hasZone, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes)), (reading.Time!.Value.HasZone, reading.Time.Value.Clock));
    }
}
