namespace MqttChat.Web.Demo.Loads;

/// <summary>A washing machine: water comes in, is heated where the mains are strong enough for it, the drum turns to and fro, rinses, and spins ever faster.</summary>
internal sealed class WashingMachineLoad(Mains mains, params Use[] single) : SimulatedLoad
{
    /// <summary>How long a wash takes.</summary>
    public static readonly TimeSpan Wash = TimeSpan.FromMinutes(88);

    private readonly Uses _uses = new(
        [
            new(50, 9.6 * 60, 35, Wash.TotalMinutes, 0.75, Days.Workdays), new(52, 8.7 * 60, 30, Wash.TotalMinutes, 0.95, Days.Weekend),
            new(54, 13.8 * 60, 40, Wash.TotalMinutes, 0.8, Days.Weekend), new(56, 19.6 * 60, 35, Wash.TotalMinutes, 0.7),
        ],
        single);

    public override double MostWatts => Math.Max(480, mains.Strong * 1.05);

    public override double WattsAt(DateTime local) => _uses.MinutesInto(local) switch
    {
        null => 0.8,
        < 3 => 16 * Unrest(local, 0.1),
        < 20 when mains.HeatsWater => mains.Strong * Unrest(local, 0.015),
        < 20 => Drum(local, 24, 15, 240, 14),
        < 49 => Drum(local, 24, 15, 205, 14),
        < 52 => 48 * Unrest(local, 0.05),
        < 67 => Drum(local, 20, 13, 158, 12),
        < 70 => 48 * Unrest(local, 0.05),
        < 82 and var into => (110 + (330 * (into - 70) / 12)) * Unrest(local, 0.05),
        < 86 => Drum(local, 16, 6, 62, 6),
        _ => 3.1,
    };

    private static double Drum(DateTime local, double period, double turns, double watts, double rest) =>
        (IsInPart(SecondsInto(local, period), period, turns) ? watts : rest) * Unrest(local, 0.08);
}

/// <summary>A dryer: heat by a thermostat for an hour, then the drum alone while it cools; used after the washing machine.</summary>
internal sealed class DryerLoad(Mains mains, params Use[] single) : SimulatedLoad
{
    private const double Minutes = 72;
    private readonly Uses _uses = new(
        [
            new(60, 11.7 * 60, 25, Minutes, 0.6, Days.Workdays), new(62, 10.9 * 60, 25, Minutes, 0.8, Days.Weekend),
            new(64, 16.2 * 60, 30, Minutes, 0.55, Days.Weekend), new(66, 21.8 * 60, 20, Minutes, 0.5),
        ],
        single);

    public override double MostWatts => mains.Strong * 1.05;

    public override double WattsAt(DateTime local) => _uses.MinutesInto(local) switch
    {
        null => 0.5,
        < 62 and var into => (IsInPart(into, 6.5, 4.9) ? mains.Strong : 215) * Unrest(local, 0.02),
        _ => 190 * Unrest(local, 0.05),
    };
}
