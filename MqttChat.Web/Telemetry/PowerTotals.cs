using MqttChat.Domain.Telemetry;

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
            if (plug.ActivePowerWatts is { } watts && PlugPresence.Of(plug, now).IsThere)
            {
                total = (total ?? 0) + watts;
            }
        }

        return total;
    }

    /// <summary>What draws most now, largest first.</summary>
    public static IReadOnlyList<PlugPower> Largest(IEnumerable<PlugPower> plugs, int count, DateTimeOffset now) =>
        [.. plugs.Where(plug => plug.ActivePowerWatts > 0.5 && PlugPresence.Of(plug, now).IsThere)
            .OrderByDescending(plug => plug.ActivePowerWatts).Take(count)];
}
