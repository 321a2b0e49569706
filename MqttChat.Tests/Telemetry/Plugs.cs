using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

/// <summary>Plugs as shown, for tests of what shows them.</summary>
internal static class Plugs
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static PlugPower Plug(
        int id = 1, string name = "Fridge", double? watts = 640, bool? isOn = true, Availability availability = Availability.Online,
        DateTimeOffset? lastReportAt = null, int? roomId = 1) =>
        new(
            id, "tasmota", name.ToLowerInvariant(), name, null, "Nous A1T", "A4CF12000001", roomId, roomId is null ? null : "Kitchen", false,
            availability, watts, 12.5, 1.25, lastReportAt ?? Noon,
            [new ChannelPower("1", null, true, isOn, watts, 12.5, 1.25, lastReportAt ?? Noon)]);
}
