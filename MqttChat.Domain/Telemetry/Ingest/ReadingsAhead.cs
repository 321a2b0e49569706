namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// Our own clock was ahead and has been put back: what was stored meanwhile lies in the future. When a plug reports again, its
/// readings from there are given times before that report, the newest one usual interval before it, and are counted again.
/// </summary>
internal sealed class ReadingsAhead(IngestPartition partition, IngestReader reader, HeldLease lease, DateTimeOffset now)
{
    private const int PageSize = 10_000;

    // A correction by seconds is nothing that anyone would see: such readings are late, and soon past.
    private static readonly TimeSpan Unseen = ReportClock.FurthestAhead;
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

    /// <summary>Puts the readings of these reports' plugs back where needed; true when there were any.</summary>
    public async Task<bool> PutBackAsync(IEnumerable<PlugReport> reports, CancellationToken cancellation)
    {
        var any = false;
        foreach (var report in reports.Where(report => !report.Message.Retained).DistinctBy(report => report.Plug.Id).ToList())
        {
            var plug = partition.Plugs[report.Plug.Id];
            foreach (var channel in plug.Channels.Values.Where(channel => channel.LastSampleAt - now > Unseen).ToList())
            {
                await PutBackAsync(channel, EndFor(plug, report), cancellation);
                any = true;
            }
        }

        return any;
    }

    private DateTimeOffset EndFor(PlugHead plug, in PlugReport report)
    {
        var message = report.Message;
        var learnt = report.IsLive && report.Reading.Time is { } time ? ReportClock.LearnOffset(time, message.ReceivedAt) : null;
        var at = ReportClock.Resolve(report.Reading.Time, message.ReceivedAt, learnt ?? plug.ClockOffsetMinutes, message.IsBacklog) ?? now;
        return at < now ? at : now;
    }

    private async Task PutBackAsync(ChannelHead channel, DateTimeOffset end, CancellationToken cancellation)
    {
        var left = await reader.CountAfterAsync(channel.Id, now, cancellation);
        (var last, end) = await RoomAsync(channel, end, left, cancellation);
        var shift = channel.LastSampleAt!.Value - end + (channel.Account.UsualInterval ?? DefaultInterval);

        // Onwards from page to page: where there is no room, what was put back lies some ticks ahead itself.
        var from = now.AddTicks(1);
        while (await reader.SamplesAsync(channel.Id, from, PageSize, cancellation) is { Count: > 0 } page)
        {
            from = page[^1].At.AddTicks(1);
            var write = new TelemetryWrite(lease) { Retimed = new Retimed(channel, page[0].At, page[^1].At) };
            foreach (var sample in page)
            {
                last = Place(sample.At - shift, last, end, left--);
                write.Samples.Add(new StagedSample(
                    channel, last.Value, sample.ActivePowerWatts, sample.EnergyKilowattHours, sample.HeldPowerWatts));
            }

            var first = write.Samples[0].At;
            channel.DirtyFrom = channel.DirtyFrom < first ? channel.DirtyFrom : first;
            if (left <= 0)
            {
                // Not before: a program that is killed half-way finds the rest by it.
                channel.LastSampleAt = last;
            }

            write.Touch(channel);
            await partition.CommitAsync(write, cancellation);
        }

        channel.LastSampleAt = last;
    }

    /// <summary>
    /// Between which times there is a tick for each: from the newest reading that is not ahead to the report, or, where that is
    /// not after it, directly behind it. A key that is taken would fail at each try, and nothing would be stored any more.
    /// </summary>
    private async Task<(DateTimeOffset? Newest, DateTimeOffset End)> RoomAsync(
        ChannelHead channel, DateTimeOffset end, int count, CancellationToken cancellation)
    {
        var newest = await reader.SampleBeforeAsync(channel.Id, now.AddTicks(1), cancellation);
        return (newest, newest is { } at && (end - at).Ticks <= count ? at.AddTicks(count + 1) : end);
    }

    // As far apart as they were, if that leaves them after what was stored before the clock ran ahead; else evenly between.
    private static DateTimeOffset Place(DateTimeOffset shifted, DateTimeOffset? last, DateTimeOffset end, int left) =>
        !(shifted <= last) ? shifted : last.Value.AddTicks(Math.Max(1, (end - last.Value).Ticks / (left + 1)));
}
