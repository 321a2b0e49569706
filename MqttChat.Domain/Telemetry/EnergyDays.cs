namespace MqttChat.Domain.Telemetry;

/// <summary>What was consumed since the house's midnight, and what had been at the same time of yesterday; null where nothing was heard then.</summary>
public readonly record struct EnergySoFar(double TodayKilowattHours, double? YesterdayKilowattHours);

/// <summary>The energy of the house's day so far, by plug; immutable and shared by all who look. Plugs of which nothing was heard on either day are absent.</summary>
public sealed record EnergyToday(DateOnly Day, IReadOnlyDictionary<int, EnergySoFar> Plugs)
{
    /// <summary>The sum over plugs; null when nothing was heard of any.</summary>
    public EnergySoFar? Of(IEnumerable<PlugPower> plugs)
    {
        EnergySoFar? sum = null;
        foreach (var plug in plugs)
        {
            if (Plugs.TryGetValue(plug.Id, out var one))
            {
                sum = sum is not { } before ? one : new(
                    before.TodayKilowattHours + one.TodayKilowattHours,
                    one.YesterdayKilowattHours is { } yesterday ? (before.YesterdayKilowattHours ?? 0) + yesterday : before.YesterdayKilowattHours);
            }
        }

        return sum;
    }
}

/// <summary>One day's energy. Without kilowatt hours nothing was heard that day; a part was heard when two hours of it or more are silent.</summary>
public readonly record struct EnergyDay(DateOnly Day, double? KilowattHours, bool IsPart);
