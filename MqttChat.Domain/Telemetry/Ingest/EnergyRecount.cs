using MqttChat.Domain.Devices;

using MqttChat.Domain.Telemetry.Counting;
namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// Counts a channel again from where a late reading came in, one channel a call: replays its raw readings in order of time
/// and replaces buckets, breaks, checkpoints and the running account in one transaction.
/// </summary>
internal sealed class EnergyRecount(IngestPartition partition, IngestReader reader, HeldLease lease, AdoptedPlugs adopted)
{
    private const int PageSize = 10_000;

    public async Task<(bool Changed, bool More)> RunAsync(CancellationToken cancellation)
    {
        var plugIds = await reader.PlugsWithDirtyAsync(lease, cancellation);
        if (plugIds.Count == 0)
        {
            return (false, false);
        }

        await partition.LoadPlugsAsync([plugIds[0]], cancellation);
        var dirty = partition.Plugs[plugIds[0]].Channels.Values.Where(channel => channel.DirtyFrom is not null).ToList();
        if (dirty.Count == 0)
        {
            return (false, plugIds.Count > 1);
        }

        await CountAgainAsync(dirty[0], cancellation);
        return (true, plugIds.Count > 1 || dirty.Count > 1);
    }

    private async Task CountAgainAsync(ChannelHead channel, CancellationToken cancellation)
    {
        var start = await StartAsync(channel, cancellation);
        var write = new TelemetryWrite(lease)
        {
            CountedAgain = new CountedAgain(channel, start.From),
            Rollups = new RollupTable(start.From),
        };
        var replay = await ReplayAsync(write, channel, start, null, cancellation);
        channel.Account = replay.Account;
        // The newest by time need not be what was said last: a clock may have been put back.
        channel.EnergyKilowattHours ??= replay.EnergyKilowattHours;
        channel.LastSampleAt = replay.LastSampleAt ?? channel.LastSampleAt;
        channel.DirtyFrom = null;
        write.Touch(channel);
        await partition.CommitAsync(write, cancellation);
    }

    // Everything before the start must stay as it is. A step may reach back behind the reading before the late one (to the
    // last counter value, or to the value before a zero), so the account of that moment tells how far back to go.
    private async Task<Start> StartAsync(ChannelHead channel, CancellationToken cancellation)
    {
        var dirtyFrom = channel.DirtyFrom!.Value;
        if (await reader.SampleBeforeAsync(channel.Id, dirtyFrom, cancellation) is not { } before)
        {
            return await FromFirstSampleAsync(channel, cancellation);
        }

        var near = await CheckpointAsync(channel, before, cancellation);
        var scratch = new TelemetryWrite(lease);
        var account = (await ReplayAsync(scratch, channel, near, dirtyFrom, cancellation)).Account;
        return account.OpenSince is { } open && open < near.From
            ? await CheckpointAsync(channel, open, cancellation)
            : near;
    }

    private async Task<Start> CheckpointAsync(ChannelHead channel, DateTimeOffset time, CancellationToken cancellation) =>
        await reader.CheckpointAsync(channel.Id, time, cancellation) is { } checkpoint
            ? new Start(checkpoint.At, EnergyAccount.FromJson(checkpoint.Account))
            : await FromFirstSampleAsync(channel, cancellation);

    private async Task<Start> FromFirstSampleAsync(ChannelHead channel, CancellationToken cancellation)
    {
        var first = await reader.SamplesAsync(channel.Id, DateTimeOffset.MinValue, 1, cancellation);
        if (first.Count == 0)
        {
            return new Start(RollupTable.HourOf(channel.DirtyFrom!.Value), EnergyAccount.Empty);
        }

        // Retention leaves a checkpoint where the kept readings begin: what was counted before it stays.
        var kept = await reader.CheckpointAsync(channel.Id, first[0].At, cancellation);
        return kept is null ? new Start(RollupTable.HourOf(first[0].At), EnergyAccount.Empty) : new Start(kept.At, EnergyAccount.FromJson(kept.Account));
    }

    private async Task<ChannelHead> ReplayAsync(
        TelemetryWrite write, ChannelHead channel, Start start, DateTimeOffset? until, CancellationToken cancellation)
    {
        var terms = await TermsAsync(channel, start.From, cancellation);
        var replay = new ChannelHead { Id = channel.Id, PlugId = channel.PlugId, Channel = channel.Channel, Account = start.Account };
        var from = start.From;
        while (await reader.SamplesAsync(channel.Id, from, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var sample in page)
            {
                if (sample.At >= until)
                {
                    return replay;
                }

                var reading = new MeterReading(sample.At, sample.ActivePowerWatts ?? sample.HeldPowerWatts, sample.EnergyKilowattHours);
                ChannelFold.Add(write, replay, reading, terms.Of(replay.Account, reading));
            }

            from = page[^1].At.AddTicks(1);
        }

        return replay;
    }

    private async Task<PastTerms> TermsAsync(ChannelHead channel, DateTimeOffset from, CancellationToken cancellation)
    {
        var head = partition.Plugs[channel.PlugId];
        var plug = adopted.Plugs.FirstOrDefault(plug => plug.Id == channel.PlugId);
        var whole = channel.Channel.Length > 0 ? head.Channels.GetValueOrDefault("") : null;
        var beginnings = await reader.BeginningsAsync(channel.Id, from, cancellation);
        var wholeTimes = whole is null ? [] : await reader.CounterTimesAsync([whole.Id], from, cancellation);
        var parts = head.Channels.Values.Where(one => one.Channel.Length > 0 && one.Account.CounterAt is not null).Select(one => one.Id).ToList();
        var isContinued = beginnings.Values.Any(begins => begins.Kind == MeterResetKind.Continued);
        return new(
            plug is null ? KnownLimits.Socket : ChannelLimit.Of(plug, head, channel.Channel),
            plug is null ? default : new HouseStay(plug),
            beginnings,
            wholeTimes,
            channel.Channel.Length > 0 ? wholeTimes : await reader.CounterTimesAsync(parts, from, cancellation),
            isContinued ? await reader.CounterTimesAsync([.. head.Channels.Values.Select(one => one.Id)], from, cancellation) : [],
            whole?.EnergyKilowattHours is not null);
    }

    private sealed record Start(DateTimeOffset From, EnergyAccount Account);
}
