using System.Text.Json;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Tests.Telemetry;
using MqttChat.Web.Api;

namespace MqttChat.Tests.Api;

/// <summary>The API's shape of a plug, to the letter.</summary>
public sealed class PlugsJsonTests
{
    private static readonly JsonSerializerOptions Json = Configured();

    [Fact]
    public void Adopted_Plug_HasTheContractsShape() => Assert.Equal(
        """
        {"id":1,"family":"tasmota","address":"fridge","name":"Fridge","reportedName":null,"model":"Nous A1T","mac":"A4CF12000001","roomId":1,"adopted":true,"availability":"online","activePowerWatts":640,"energyKilowattHours":12.5,"lastReportAt":"2026-03-02T12:00:00.000Z","channels":[{"channel":"1","isOn":true,"activePowerWatts":640,"energyKilowattHours":12.5,"energyCountedKilowattHours":1.25,"reportedAt":"2026-03-02T12:00:00.000Z","name":null,"limitWatts":3680}]}
        """,
        JsonSerializer.Serialize(PlugJson.Of(Plugs.Plug(), Plugs.Noon), Json));

    [Fact]
    public void Discovered_Plug_SumsItsChannelsAndPrefersItsOwnCounter()
    {
        var plug = new Plug { Id = 7, Family = "tasmota", Address = "meter1", TopicTemplate = "%prefix%/meter1", ReportedName = "Meter" };
        var heard = new DiscoveredPlug(plug, Availability.Unknown, Plugs.Noon,
        [
            new ChannelReading("", EnergyKilowattHours: 436.786),
            new ChannelReading("1", ActivePowerWatts: 298), new ChannelReading("2", ActivePowerWatts: 7),
        ]);

        var json = PlugJson.Of(heard);

        Assert.Equal((305.0, 436.786, false, "unknown", null), (json.ActivePowerWatts!.Value, json.EnergyKilowattHours!.Value, json.Adopted, json.Availability, json.Name));
        Assert.Equal(["1", "2"], json.Channels.Select(channel => channel.Channel));
        Assert.All(json.Channels, channel => Assert.Null(channel.EnergyCountedKilowattHours));
    }

    private static JsonSerializerOptions Configured()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        ApiSetup.Configure(options);
        return options;
    }
}
