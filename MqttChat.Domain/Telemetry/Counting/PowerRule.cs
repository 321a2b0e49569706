namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>Which power is believed: more than the channel can draw is, once a second reading says so too.</summary>
internal static class PowerRule
{
    /// <summary>No plug and no house draws more than ten megawatts.</summary>
    private const double HighestWatts = 10_000_000;

    // Room for inrush and for limits that are rounded.
    private const double Room = 1.25;

    /// <summary>The most the channel can draw, in watts: what was set, or what it was seen to draw.</summary>
    public static double Limit(EnergyAccount account, double limitWatts) => Math.Max(limitWatts, account.PeakWatts * Room);

    /// <summary>Whether it is believed at once, whatever came before.</summary>
    public static bool IsBelieved(EnergyAccount account, double watts, double limitWatts) =>
        Math.Abs(watts) <= Math.Min(HighestWatts, Limit(account, limitWatts) * Room);

    /// <summary>Whether a second reading like it would make it believed.</summary>
    public static bool MayBeBelieved(double watts) => Math.Abs(watts) <= HighestWatts;

    public static (EnergyAccount Account, double? Watts) Believe(EnergyAccount account, double? told, double limitWatts)
    {
        if (told is not { } watts)
        {
            return (account, null);
        }

        var power = Math.Abs(watts);
        if (!MayBeBelieved(watts))
        {
            return (account, null);
        }

        if (!IsBelieved(account, watts, limitWatts) && !account.PowerIsHeld)
        {
            return (account with { PowerIsHeld = true }, null);
        }

        return (account with { PowerIsHeld = false, PeakWatts = power > limitWatts ? Math.Max(account.PeakWatts, power) : account.PeakWatts }, watts);
    }
}
