namespace MqttChat.Web.Demo;

/// <summary>What an appliance draws while its plug is on, in watts, as a function of the time of day: it repeats, and looks alive.</summary>
internal abstract class SimulatedLoad
{
    /// <summary>Watts at this moment.</summary>
    public abstract double WattsAt(DateTimeOffset time);

    /// <summary>What it draws in the long run, in watts; gives the counter a believable start.</summary>
    public abstract double MeanWatts { get; }

    /// <summary>A small unrest of a few parts in a hundred that depends on nothing but the time.</summary>
    protected static double Unrest(DateTimeOffset time, double share)
    {
        var seconds = time.ToUnixTimeMilliseconds() / 1000.0;
        return 1 + (share * ((Math.Sin(seconds / 3.1) + Math.Sin(seconds / 7.7) + Math.Sin(seconds / 1.3)) / 3));
    }

    protected static double SecondsInto(DateTimeOffset time, double period) => time.ToUnixTimeMilliseconds() / 1000.0 % period;
}

/// <summary>A fridge: the compressor runs for six minutes of every fifteen, starts with a jolt and settles; else a small lamp and board.</summary>
internal sealed class FridgeLoad : SimulatedLoad
{
    public override double MeanWatts => 38;

    public override double WattsAt(DateTimeOffset time)
    {
        var into = SecondsInto(time, 900);
        return into < 360 ? (86 + (75 * Math.Exp(-into / 25))) * Unrest(time, 0.03) : 1.4 * Unrest(time, 0.1);
    }
}

/// <summary>A kettle: two and a half minutes at full power every eleven minutes, nothing in between.</summary>
internal sealed class KettleLoad : SimulatedLoad
{
    public override double MeanWatts => 60;

    public override double WattsAt(DateTimeOffset time) => SecondsInto(time, 660) < 150 ? 2120 * Unrest(time, 0.01) : 0;
}
