using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>How a channel's readings of the past are counted again: as they were when they came.</summary>
/// <param name="LimitWatts">The most the channel can draw.</param>
/// <param name="Stay">The plug's newest stay in the house.</param>
/// <param name="Beginnings">Where the counting began anew, by the time of the reading.</param>
/// <param name="WholeTimes">When the plug's own counter spoke, in order.</param>
/// <param name="WasCovered">What was counted before it was kept apart is covered as well.</param>
internal sealed record PastTerms(
    double LimitWatts, HouseStay Stay, IReadOnlyDictionary<DateTimeOffset, MeterResetKind> Beginnings, DateTimeOffset[] WholeTimes, bool WasCovered)
{
    // The counter of the same report may lie some ticks later.
    private static readonly TimeSpan SameReport = TimeSpan.FromSeconds(1);

    public FoldTerms Of(EnergyAccount account, in MeterReading reading)
    {
        var isCovered = PlugShape.IsCovered(WholeBefore(reading.At), account, reading.EnergyKilowattHours is not null, reading.At);
        MeterResetKind? begins = Stay.IsFirst(account, reading.At) ? MeterResetKind.Readopted
            : Beginnings.TryGetValue(reading.At, out var kind) && (kind != MeterResetKind.Readopted || Stay.IsBefore(reading.At)) ? kind : null;
        return new(LimitWatts, isCovered, begins, WasCovered);
    }

    private DateTimeOffset? WholeBefore(DateTimeOffset at)
    {
        var found = Array.BinarySearch(WholeTimes, at + SameReport);
        var last = found >= 0 ? found - 1 : ~found - 1;
        return last >= 0 ? WholeTimes[last] : null;
    }
}
