using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Web.Telemetry;

/// <summary>Sums over plugs as shown.</summary>
internal static class PowerTotals
{
    /// <summary>What the plugs that answer draw together; null when none of them says.</summary>
    public static double? Watts(IEnumerable<PlugPower> plugs, DateTimeOffset now)
    {
        double? total = null;
        foreach (var plug in plugs)
        {
            if (plug.Watts(now) is { } watts)
            {
                total = (total ?? 0) + watts;
            }
        }

        return total;
    }

    /// <summary>What draws most now, largest first.</summary>
    public static IReadOnlyList<(PlugPower Plug, double Watts)> Largest(IEnumerable<PlugPower> plugs, int count, DateTimeOffset now) =>
        [.. plugs.Select(plug => (plug, plug.Watts(now) ?? 0)).Where(one => one.Item2 > 0.5).OrderByDescending(one => one.Item2).Take(count)];
}
