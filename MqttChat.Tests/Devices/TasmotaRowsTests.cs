using System.Text;
using System.Text.Json;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Devices;

/// <summary>Every real message of the collection is read as the collection says.</summary>
public sealed class TasmotaRowsTests
{
    public static TheoryData<string> RowsOf(params string[] kinds) =>
        [.. PayloadRow.Read("plug-messages.jsonl").Where(row => row.Root.GetProperty("family").GetString() == "tasmota"
            && kinds.Contains(row.Root.GetProperty("kind").GetString())).Select(row => row.Id)];

    public static TheoryData<string> OtherFamilies =>
        [.. PayloadRow.Read("plug-messages.jsonl").Where(row => row.Root.GetProperty("family").GetString() != "tasmota").Select(row => row.Id)];

    [Theory]
    [MemberData(nameof(RowsOf), new object[] { new[] { "telemetry", "state" } })]
    public void Hear_RowWithReadings_TellsAddressAndChannels(string id)
    {
        var (topic, payload, expect) = Row(id);
        var heard = PlugFormats.Hear(topic, payload);
        if (expect.TryGetProperty("ignore", out _) || expect.GetProperty("channels").GetArrayLength() == 0)
        {
            Assert.True(heard is null || heard.Reading.Channels.Count == 0);
            return;
        }

        Assert.NotNull(heard);
        Assert.True(heard.MakesKnown);
        Assert.Equal("tasmota", heard.Plug.Family);
        Assert.Equal(expect.GetProperty("device").GetString(), heard.Plug.Address);
        AssertChannels(expect, heard.Reading);
        AssertChannels(expect, PlugFormats.Read(heard.Plug.ToPlug(default), topic, payload));
    }

    [Theory]
    [MemberData(nameof(RowsOf), new object[] { new[] { "ignore", "reject" } })]
    public void Hear_RowToIgnore_ChangesNothing(string id)
    {
        var (topic, payload, _) = Row(id);
        var heard = PlugFormats.Hear(topic, payload);
        Assert.True(heard is null || (!heard.MakesKnown && heard.Reading is { Channels.Count: 0, Availability: null }));
    }

    [Theory]
    [MemberData(nameof(RowsOf), new object[] { new[] { "availability" } })]
    public void Hear_AvailabilityRow_MakesKnown(string id)
    {
        var (topic, payload, expect) = Row(id);
        var heard = PlugFormats.Hear(topic, payload);
        Assert.NotNull(heard);
        Assert.True(heard.MakesKnown);
        Assert.Equal(expect.GetProperty("device").GetString(), heard.Plug.Address);
        Assert.Equal(Enum.Parse<Availability>(expect.GetProperty("availability").GetString()!, ignoreCase: true), heard.Reading.Availability);
    }

    [Theory]
    [MemberData(nameof(RowsOf), new object[] { new[] { "discovery" } })]
    public void Hear_DiscoveryRow_NamesThePlugAndItsTopics(string id)
    {
        var (topic, payload, expect) = Row(id);
        var heard = PlugFormats.Hear(topic, payload);
        Assert.NotNull(heard);
        Assert.True(heard.MakesKnown);
        Assert.Empty(heard.Reading.Channels);
        Assert.Equal(topic.Split('/')[2], heard.Plug.Mac);
        if (expect.TryGetProperty("has_energy", out _))
        {
            Assert.Equal("", heard.Plug.Address);
            return;
        }

        var plug = heard.Plug.ToPlug(default);
        Assert.Equal(expect.GetProperty("device").GetString(), plug.Address);
        Assert.Equal(expect.GetProperty("name").GetString(), plug.ReportedName);
        Assert.Equal(expect.GetProperty("model").GetString(), plug.Model);
        Assert.Equal(expect.GetProperty("relays").GetInt32(), heard.Plug.RelayChannels.Count);
        var adopted = new AdoptedPlugs([plug]);
        Assert.Same(plug, adopted.Find(expect.GetProperty("telemetry_topic").GetString()!));
        Assert.Equal($"cmnd/{plug.Address}/POWER", PlugFormats.For("tasmota")!.Switch(plug, "1", true).Topic);
    }

    [Theory]
    [MemberData(nameof(OtherFamilies))]
    public void Hear_RowOfAnotherFamily_IsNoTasmotaPlug(string id)
    {
        var (topic, payload, _) = Row(id);
        Assert.Null(new TasmotaFormat().Hear(topic, payload));
    }

    private static (string Topic, byte[] Payload, JsonElement Expect) Row(string id)
    {
        var row = PayloadRow.Read("plug-messages.jsonl").Single(row => row.Id == id).Root;
        return (row.GetProperty("topic").GetString()!, Encoding.UTF8.GetBytes(row.GetProperty("payload").GetString()!), row.GetProperty("expect"));
    }

    private static void AssertChannels(JsonElement expect, PlugReading reading)
    {
        var channels = reading.Channels.Where(channel => channel.Channel.Length > 0).ToList();
        Assert.Equal(expect.GetProperty("channels").GetArrayLength(), channels.Count);
        foreach (var (wanted, channel) in expect.GetProperty("channels").EnumerateArray().Zip(channels))
        {
            Assert.Equal(wanted.GetProperty("ch").ToString(), channel.Channel);
            Assert.Equal(Number(wanted, "watts"), channel.ActivePowerWatts);
            Assert.Equal(Number(wanted, "total_kwh"), channel.EnergyKilowattHours);
            Assert.Equal(wanted.GetProperty("on").ValueKind == JsonValueKind.Null ? null : wanted.GetProperty("on").GetBoolean(), channel.IsOn);
        }

        if (expect.TryGetProperty("total_kwh", out var total))
        {
            Assert.Equal(total.GetDouble(), reading.Channels.Single(channel => channel.Channel.Length == 0).EnergyKilowattHours);
        }
    }

    private static double? Number(JsonElement wanted, string key) =>
        wanted.GetProperty(key).ValueKind == JsonValueKind.Null ? null : wanted.GetProperty(key).GetDouble();
}
