using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>How a channel's readings of the past are counted again: as they were when they came.</summary>
/// <param name="LimitWatts">The most the channel can draw.</param>
/// <param name="Stay">The plug's newest stay in the house.</param>
/// <param name="Beginnings">Where the counting began anew, by the time of the reading.</param>
/// <param name="WholeTimes">When the plug's own counter spoke, in order.</param>
/// <param name="OtherTimes">When the counters spoke by which the plug tells its energy otherwise, in order.</param>
/// <param name="CounterTimes">When any counter of the plug spoke, in order; empty where nobody asks.</param>
/// <param name="WasCovered">What was counted before it was kept apart is covered as well.</param>
internal sealed record PastTerms(
    double LimitWatts, HouseStay Stay, IReadOnlyDictionary<DateTimeOffset, Beginning> Beginnings, DateTimeOffset[] WholeTimes,
    DateTimeOffset[] OtherTimes, DateTimeOffset[] CounterTimes, bool WasCovered)
{
    public FoldTerms Of(EnergyAccount account, in MeterReading reading)
    {
        // The counter of the same report may lie some ticks later.
        var whole = Before(WholeTimes, reading.At + PlugShape.SameReport);
        var isCovered = PlugShape.IsCovered(whole, account, reading.EnergyKilowattHours is not null, reading.At);
        var tells = !isCovered && reading.EnergyKilowattHours is not null;
        return new(LimitWatts, isCovered, BeginningOf(account, reading.At) ?? (tells ? BackAgain(account, reading.At) : null), WasCovered);
    }

    private Beginning? BeginningOf(EnergyAccount account, DateTimeOffset at) =>
        Stay.IsFirst(account, at) ? new(MeterResetKind.Readopted)
        : !Beginnings.TryGetValue(at, out var known) || (known.Kind == MeterResetKind.Readopted && !Stay.IsBefore(at)) ? null
        : known with { From = Before(CounterTimes, at - PlugShape.SameReport + TimeSpan.FromTicks(1)) };

    // A late reading may be the first one after the plug changed how it tells its energy.
    private Beginning? BackAgain(EnergyAccount account, DateTimeOffset at) =>
        Before(OtherTimes, at) - account.CounterAt >= PlugShape.SameReport ? new(MeterResetKind.Reshaped) : null;

    private static DateTimeOffset? Before(DateTimeOffset[] times, DateTimeOffset time)
    {
        var found = Array.BinarySearch(times, time);
        var last = found >= 0 ? found - 1 : ~found - 1;
        return last >= 0 ? times[last] : null;
    }
}
