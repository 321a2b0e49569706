namespace MqttChat.Domain.Telemetry;

/// <summary>What was consumed since the house's midnight, and what had been at the same time of yesterday; null where nothing was heard.</summary>
public readonly record struct EnergySoFar(double? TodayKilowattHours, double? YesterdayKilowattHours)
{
    /// <summary>The sum; what is not known adds nothing.</summary>
    public static EnergySoFar operator +(EnergySoFar one, EnergySoFar other) =>
        new(Sum(one.TodayKilowattHours, other.TodayKilowattHours), Sum(one.YesterdayKilowattHours, other.YesterdayKilowattHours));

    private static double? Sum(double? one, double? other) => one is null ? other : other is null ? one : one + other;
}

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
                sum = sum is { } before ? before + one : one;
            }
        }

        return sum;
    }
}

/// <summary>One day's energy. Without kilowatt hours nothing was heard that day; a part was heard when two hours of it or more are silent.</summary>
public readonly record struct EnergyDay(DateOnly Day, double? KilowattHours, bool IsPart);
