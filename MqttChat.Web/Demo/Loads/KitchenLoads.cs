namespace MqttChat.Web.Demo.Loads;

/// <summary>A fridge: the compressor runs about a third of the time, more when people open the door; it starts with a jolt and settles.</summary>
internal sealed class FridgeLoad : SimulatedLoad
{
    private const double Cycle = 40 * 60;

    public override double MostWatts => 160;

    public override double WattsAt(DateTime local)
    {
        var number = (long)(local.Ticks / (double)TimeSpan.TicksPerSecond / Cycle);
        var into = SecondsInto(local, Cycle);
        var doorIsOpened = local.Hour is >= 7 and < 9 or >= 12 and < 14 or >= 17 and < 23;
        var runs = 60 * (12 + (4 * Chance.Of(11, number)) + (doorIsOpened ? 5 : 0));
        return into < runs ? (84 + (62 * Math.Exp(-into / 25))) * Unrest(local, 0.03) : 1.4 * Unrest(local, 0.1);
    }
}

/// <summary>A kettle: full power for two or three minutes, nothing in between.</summary>
internal sealed class KettleLoad(Mains mains, params Use[] single) : SimulatedLoad
{
    private readonly Uses _uses = new(
        [
            new(20, 7 * 60, 20, 2.8), new(22, 7.7 * 60, 15, 2.2, 0.8), new(24, 10.5 * 60, 25, 2.5, 0.7), new(26, 13 * 60, 20, 2.4, 0.6),
            new(28, 15.6 * 60, 30, 2.7, 0.8), new(30, 18.6 * 60, 25, 3.1, 0.7), new(32, 20.8 * 60, 20, 2.3, 0.9), new(34, 22.4 * 60, 20, 1.8, 0.5),
        ],
        single);

    public override double MostWatts => mains.Strong * 1.05;

    public override double WattsAt(DateTime local) => _uses.MinutesInto(local) is null ? 0 : mains.Strong * Unrest(local, 0.012);
}

/// <summary>A rice cooker: cooks for 36 minutes, then keeps warm until it is empty.</summary>
internal sealed class RiceCookerLoad(params Use[] single) : SimulatedLoad
{
    private readonly Uses _uses = new([new(40, 5.9 * 60, 8, 130, 0.9), new(42, 17.7 * 60, 20, 190, 0.85)], single);

    public override double MostWatts => 720;

    public override double WattsAt(DateTime local) => _uses.MinutesInto(local) switch
    {
        null => 0.6,
        < 12 and var into => (IsInPart(into, 2, 1.1) ? 420 : 22) * Unrest(local, 0.02),
        < 30 and var into => (IsInPart(into, 3, 2.5) ? 690 : 22) * Unrest(local, 0.015),
        < 36 => 22,
        { } into => (IsInPart(into, 4, 0.9) ? 118 : 7) * Unrest(local, 0.04),
    };
}
