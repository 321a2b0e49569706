using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// Gives times to one plug's reports of a backlog that carry none. They are spread evenly back from the end, one usual
/// interval apart; where that reaches behind the last stored reading, evenly between it and the end. What is left over from
/// a crash is taken up in the same way.
/// </summary>
/// <param name="live">The plug's first live report, which may tell its clock's zone.</param>
internal sealed class UntimedBacklog(
    IngestPartition partition, IngestReader reader, HeldLease lease, AdoptedPlugs adopted, PlugReport? live)
{
    private const int PageSize = 1000;

    // Tasmota's default TelePeriod, until the plug's own is known.
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(5);

    /// <summary>Stores the plug's waiting reports; true when there were any.</summary>
    /// <param name="plugId">Which plug.</param>
    /// <param name="end">Now, or the time of the live report that follows.</param>
    /// <param name="nextFollows">A live report stands at the end, so that the last of the backlog is one interval before.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    public async Task<bool> SettleAsync(int plugId, DateTimeOffset end, bool nextFollows, CancellationToken cancellation)
    {
        await partition.LoadPlugsAsync([plugId], cancellation);
        var head = partition.Plugs[plugId];
        var plug = adopted.Plugs.FirstOrDefault(plug => plug.Id == plugId);
        var spread = new Spread(head, await CountUntimedAsync(plug, head, cancellation), end, nextFollows);
        var any = false;
        await foreach (var page in PagesAsync(plugId, cancellation))
        {
            var batch = new IngestBatch(lease, partition.Plugs);
            foreach (var row in page)
            {
                if (plug is not null && Read(plug, row) is { Reading.Kind: ReadingKind.Report } report)
                {
                    batch.Fold(report, Resolve(head, report) ?? spread.Next());
                }

                batch.Write.UntimedDone.Add(row.Id);
            }

            await reader.PlaceAsync(batch.Late, batch.Write.Samples, cancellation);
            await partition.CommitAsync(batch.Write, cancellation);
            any = true;
        }

        partition.NothingUntimed(plugId);
        return any;
    }

    private async Task<int> CountUntimedAsync(Plug? plug, PlugHead head, CancellationToken cancellation)
    {
        head.ClockOffsetMinutes ??= plug?.ClockOffsetMinutes;
        if (live is { Reading.Time: { } time } first)
        {
            head.ClockOffsetMinutes = ReportClock.LearnOffset(time, first.Message.ReceivedAt) ?? head.ClockOffsetMinutes;
        }

        var count = 0;
        await foreach (var page in PagesAsync(head.PlugId, cancellation))
        {
            count += plug is null ? 0 : page.Select(row => Read(plug, row))
                .Count(report => report.Reading.Kind == ReadingKind.Report && Resolve(head, report) is null);
        }

        return count;
    }

    private async IAsyncEnumerable<List<UntimedReport>> PagesAsync(
        int plugId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = 0L;
        while (await reader.UntimedAsync(plugId, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            yield return page;
            after = page[^1].Id;
        }
    }

    private static PlugReport Read(Plug plug, UntimedReport row) => new(
        plug,
        PlugFormats.Read(plug, row.Topic, row.Payload),
        new IncomingReport(row.Topic, row.Payload, Retained: false, PacketId: 0, row.ReceivedAt, IsBacklog: true));

    // The zone of the plug's clock may have become known since.
    private static DateTimeOffset? Resolve(PlugHead head, in PlugReport report) =>
        ReportClock.Resolve(report.Reading.Time, report.Message.ReceivedAt, head.ClockOffsetMinutes, isBacklog: true);

    private sealed class Spread
    {
        private readonly DateTimeOffset _start;
        private readonly double _stepTicks;
        private int _given;

        public Spread(PlugHead plug, int count, DateTimeOffset end, bool nextFollows)
        {
            var intervals = plug.Channels.Values.Select(channel => channel.Account.UsualInterval);
            var interval = intervals.Max() ?? DefaultInterval;
            var last = plug.Channels.Values.Max(channel => channel.LastSampleAt);
            var places = count + (nextFollows ? 1 : 0);
            _start = end - (places * interval);
            _stepTicks = interval.Ticks;
            if (_start < last)
            {
                _start = last < end ? last.Value : end;
                _stepTicks = places == 0 ? 0 : (end - _start).Ticks / (double)places;
            }
        }

        public DateTimeOffset Next() => _start.AddTicks((long)(++_given * _stepTicks));
    }
}
