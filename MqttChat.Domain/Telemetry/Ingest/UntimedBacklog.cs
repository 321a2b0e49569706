using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// Stores what waits of one plug's backlog, with times from <see cref="BacklogTimes"/>. What is left over from a crash is taken
/// up in the same way.
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
        var times = new Queue<DateTimeOffset>(await TimesAsync(plug, head, end, nextFollows, cancellation));
        var any = false;
        await foreach (var page in PagesAsync(plugId, cancellation))
        {
            var batch = new IngestBatch(lease, partition.Plugs, partition.Untimed, partition.Retained);
            foreach (var row in page)
            {
                if (plug is not null && Read(plug, row) is { Reading.Kind: ReadingKind.Report } report)
                {
                    batch.Fold(report, times.Dequeue());
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

    private async Task<DateTimeOffset[]> TimesAsync(
        Plug? plug, PlugHead head, DateTimeOffset end, bool nextFollows, CancellationToken cancellation)
    {
        var before = head.ClockOffsetMinutes ?? plug?.ClockOffsetMinutes;
        var after = live is { Reading.Time: { } time } first ? ReportClock.LearnOffset(time, first.Message.ReceivedAt) : null;
        head.ClockOffsetMinutes = after ?? before;
        List<BacklogReport> waiting = [];
        await foreach (var page in PagesAsync(head.PlugId, cancellation))
        {
            waiting.AddRange((plug is null ? [] : page.Select(row => Read(plug, row)))
                .Where(report => report.Reading.Kind == ReadingKind.Report)
                .Select(report => new BacklogReport(report.Reading.Time, report.Message.ReceivedAt, MeterOf(report.Reading.Channels))));
        }

        var interval = head.Channels.Values.Max(channel => channel.Account.UsualInterval) ?? DefaultInterval;
        var last = head.Channels.Values.Max(channel => channel.LastSampleAt);
        return BacklogTimes.Of(waiting, new BacklogSpan(last, end, nextFollows, interval, MeterOf(head)), before, after);
    }

    private static BacklogMeter MeterOf(IReadOnlyList<ChannelReading> channels) =>
        new(Sum(channels.Select(channel => channel.EnergyKilowattHours)), Sum(channels.Select(channel => channel.ActivePowerWatts)));

    private static BacklogMeter MeterOf(PlugHead head) => new(
        Sum(head.Channels.Values.Select(channel => channel.EnergyKilowattHours)), Sum(head.Channels.Values.Select(channel => channel.ActivePowerWatts)));

    private static double? Sum(IEnumerable<double?> values) =>
        values.Aggregate((double?)null, (sum, value) => value is null ? sum : (sum ?? 0) + value);

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
}
