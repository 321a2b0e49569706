namespace MqttChat.Web.Demo.Loads;

/// <summary>
/// A fan heater with a thermostat: an hour in the morning, a little more in the evening. Then somebody leaves it on, and it
/// heats an empty room until its plug is switched off.
/// </summary>
internal sealed class HeaterLoad(DateTime leftOnSince) : SimulatedLoad
{
    private readonly Uses _uses = new([new(70, 6.6 * 60, 12, 75, 0.9), new(72, 21 * 60, 15, 90, 0.9)], []);

    public override double MostWatts => 1250;

    public override double WattsAt(DateTime local)
    {
        var into = local >= leftOnSince ? (local - leftOnSince).TotalMinutes : _uses.MinutesInto(local);
        return into is { } minutes && IsInPart(minutes, 17, 10.5) ? 1190 * Unrest(local, 0.012) : 1.1;
    }
}

/// <summary>A television, with the pictures that it shows; a little in the morning, for long on most evenings.</summary>
internal sealed class TelevisionLoad(params Use[] single) : SimulatedLoad
{
    private readonly Uses _uses = new(
        [new(80, 7 * 60, 10, 42, 0.7, Days.Workdays), new(82, 13.2 * 60, 40, 150, 0.8, Days.Weekend), new(84, 19 * 60, 30, 250, 0.92)], single);

    public override double MostWatts => 140;

    public bool IsWatched(DateTime local) => _uses.MinutesInto(local) is not null;

    public override double WattsAt(DateTime local) => IsWatched(local)
        ? (92 + (24 * Chance.Of(86, (long)SecondsInto(local, 1e9) / 9))) * Unrest(local, 0.06)
        : 0.6;
}

/// <summary>The loudspeaker under the television: on with it.</summary>
internal sealed class SpeakerLoad(TelevisionLoad television) : SimulatedLoad
{
    public override double MostWatts => 32;

    public override double WattsAt(DateTime local) => television.IsWatched(local)
        ? (17 + (9 * Chance.Of(88, (long)SecondsInto(local, 1e9) / 4))) * Unrest(local, 0.1)
        : 0.4;
}

/// <summary>A router: always on, a little more when everybody is at home.</summary>
internal sealed class RouterLoad : SimulatedLoad
{
    public override double MostWatts => 14;

    public override double WattsAt(DateTime local)
    {
        var traffic = local.Hour is >= 19 or < 1 ? 1.9 : local.Hour is >= 7 ? 0.9 : 0.1;
        return 8.3 + (traffic * (0.4 + Chance.Of(90, (long)SecondsInto(local, 1e9) / 7))) + (0.15 * Unrest(local, 1));
    }
}

/// <summary>The lamp of the hall: from dusk until late, dimmed after ten, and for an hour in the morning.</summary>
internal sealed class LampLoad(params Use[] single) : SimulatedLoad
{
    private readonly Uses _uses = new([new(92, 6.3 * 60, 10, 70), new(94, 17.4 * 60, 15, 385)], single);

    public override double MostWatts => 12;

    public override double WattsAt(DateTime local) =>
        _uses.MinutesInto(local) is null ? 0.3 : (local.Hour is >= 22 or < 4 ? 5.4 : 10.6) * Unrest(local, 0.01);
}

/// <summary>A fan with three speeds.</summary>
internal sealed class FanLoad(params Use[] single) : SimulatedLoad
{
    private readonly Uses _uses = new([new(96, 12.5 * 60, 40, 160, 0.6), new(98, 19.8 * 60, 40, 230, 0.8)], single);

    public override double MostWatts => 55;

    public override double WattsAt(DateTime local) =>
        _uses.MinutesInto(local) is { } into ? Speed(local, into) * Unrest(local, 0.04) : 0.3;

    private static double Speed(DateTime local, double into) =>
        24 + (11 * Math.Floor(3 * Chance.Of(99, local.Date.Ticks + (long)(into / 55))));
}
