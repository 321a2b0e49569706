namespace MqttChat.Web.Demo.Loads;

/// <summary>
/// What an appliance draws while its plug is on: a function of nothing but the time on the house's wall, so that a month of it can
/// be told afterwards and goes on without a seam.
/// </summary>
internal abstract class SimulatedLoad
{
    /// <summary>It never draws more, in watts.</summary>
    public abstract double MostWatts { get; }

    /// <summary>Watts at this moment of the house's own time.</summary>
    public abstract double WattsAt(DateTime local);

    /// <summary>A small unrest of a few parts in a hundred, as mains voltage and motors have it.</summary>
    protected static double Unrest(DateTime local, double share)
    {
        var seconds = local.Ticks / (double)TimeSpan.TicksPerSecond % 86_400;
        return 1 + (share * ((Math.Sin(seconds / 3.1) + Math.Sin(seconds / 7.7) + Math.Sin(seconds / 1.3)) / 3));
    }

    /// <summary>Seconds into a period that repeats for ever.</summary>
    protected static double SecondsInto(DateTime local, double period) => local.Ticks / (double)TimeSpan.TicksPerSecond % period;

    /// <summary>On for the first part of each period, then off.</summary>
    protected static bool IsInPart(double into, double period, double part) => into % period < part;
}

/// <summary>Chance that is the same every time it is asked for.</summary>
internal static class Chance
{
    /// <summary>From 0 (inclusive) to 1 (exclusive); splitmix64 of both numbers.</summary>
    public static double Of(int seed, long number)
    {
        var x = unchecked(((ulong)seed * 0x9E3779B97F4A7C15UL) + ((ulong)number * 0xBF58476D1CE4E5B9UL) + 0x94D049BB133111EBUL);
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EBUL);
        return ((x ^ (x >> 31)) >> 11) / (double)(1UL << 53);
    }
}
