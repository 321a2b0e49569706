namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>Tells a second counter on the same topic from single false values: it comes back, and it grows.</summary>
internal static class Strays
{
    private static readonly long ToldForTicks = TimeSpan.TicksPerDay;

    /// <summary>Notes a dropped value.</summary>
    /// <returns>What is kept; whether a second counter speaks; whether that is news.</returns>
    public static (StrayLevel Stray, bool IsSecondCounter, bool IsTold) Note(
        StrayLevel? before, CounterPoint dropped, CounterMoment now)
    {
        var grows = before is not null && dropped.Value > before.Point.Value
            && dropped.Value - before.Point.Value <= now.Most(dropped.Ticks - before.Point.ChangedTicks)
            && dropped.Ticks - before.Point.Ticks <= ToldForTicks;
        var stays = before is not null && dropped.Value == before.Point.Value && before.Times > 1;
        if (!grows && !stays)
        {
            return (new StrayLevel { Point = dropped, Times = 1 }, false, true);
        }

        var told = before!.ToldTicks == 0 || dropped.Ticks - before.ToldTicks > ToldForTicks;
        var stray = new StrayLevel
        {
            Point = stays ? dropped with { ChangedTicks = before.Point.ChangedTicks } : dropped,
            Times = before.Times + 1,
            ToldTicks = told ? dropped.Ticks : before.ToldTicks,
        };
        return (stray, true, told);
    }
}
