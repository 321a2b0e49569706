using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

using MqttChat.Domain.Telemetry.Counting;
namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// Works out what a batch of reports comes to. It changes the heads in memory, so it is committed, or the heads are thrown
/// away and read again.
/// </summary>
internal sealed class IngestBatch(
    HeldLease lease, IReadOnlyDictionary<int, PlugHead> plugs, IReadOnlySet<int> untimed, RetainedStates retained)
{
    private const int MaxTopicLength = 512;

    private readonly HashSet<int> _waiting = [.. untimed];

    public TelemetryWrite Write { get; } = new(lease);

    /// <summary>Samples that came after younger ones; their keys must be looked for in the store.</summary>
    public List<StagedSample> Late { get; } = [];

    /// <summary>Plugs of which the broker keeps another switch state than was heard, without a time that tells which is newer.</summary>
    public HashSet<Plug> InDoubt { get; } = [];

    /// <summary>Reports taken in.</summary>
    public int Stored { get; private set; }

    public void Take(in PlugReport report)
    {
        if (report.Reading is { Kind: ReadingKind.Report, UnreadableReason: { } unread })
        {
            Reject(report, unread);
        }

        switch (report.Reading.Kind)
        {
            case ReadingKind.Unreadable:
                Reject(report, report.Reading.UnreadableReason ?? "payload.unreadable");
                break;
            case ReadingKind.Report when report.Message.Retained:
                TakeRetained(report);
                break;
            case ReadingKind.Report:
                TakeReport(report);
                break;
        }
    }

    /// <summary>Takes in a report whose time is settled.</summary>
    public void Fold(in PlugReport report, DateTimeOffset at)
    {
        var plug = plugs[report.Plug.Id];
        DateTimeOffset? saidAt = report.IsLive ? report.Message.ReceivedAt : null;
        var stay = new HouseStay(report.Plug);
        if (stay.IsOutside(at))
        {
            if (!report.IsLive)
            {
                return;
            }

            at = report.Plug.AdoptedAt!.Value;
        }

        var shape = PlugShape.Of(plug, report.Reading.Channels).At(at, plug, report.Plug, stay);
        CountWholeAgain(report.Plug, plug, shape.Readings);
        foreach (var reading in shape.Readings)
        {
            if (ChannelOf(plug, reading.Channel) is { } channel)
            {
                channel.IsHeard = true;
                FoldChannel(new FoldedReading(plug, channel, reading, stay, shape), at, saidAt, ChannelLimit.Of(report.Plug, plug, reading.Channel));
            }
            else
            {
                Reject(report, "channel.refused");
            }
        }

        var says = report.Reading.Channels.Count > 0;
        SetAvailability(plug, report.Reading.Availability ?? (says && report.IsLive ? Availability.Online : null));
        var heardAt = saidAt ?? at;
        if (says && (saidAt is not null || !(heardAt <= plug.LastReportAt)))
        {
            plug.LastReportAt = heardAt;
            Write.Touch(plug);
        }
    }

    // What all channels may draw is the sum of what each may.
    private void CountWholeAgain(Plug plug, PlugHead head, IReadOnlyList<ChannelReading> told)
    {
        if (head.Channels.GetValueOrDefault("") is { Account.CounterAt: not null } whole
            && told.Any(reading => head.Channels.GetValueOrDefault(reading.Channel) is { } channel
                && ChannelLimit.IsChanged(channel, ChannelLimit.Of(plug, head, reading.Channel))))
        {
            whole.DirtyFrom = DateTimeOffset.MinValue;
            Write.Touch(whole);
        }
    }

    private void TakeReport(in PlugReport report)
    {
        var plug = plugs[report.Plug.Id];
        plug.ClockOffsetMinutes ??= report.Plug.ClockOffsetMinutes;
        if (report.IsLive)
        {
            LearnClock(plug, report);
        }

        var message = report.Message;
        var at = ReportClock.Resolve(report.Reading.Time, message.ReceivedAt, plug.ClockOffsetMinutes, message.IsBacklog);
        if (report.IsLive && at is { } own)
        {
            at = ReportClock.AfterLast(own, message.ReceivedAt, plug.LastTold);
        }

        if (message.IsBacklog && Waits(plug, report, at) && message.Topic.Length <= MaxTopicLength)
        {
            _waiting.Add(plug.PlugId);
            Write.Untimed.Add(new UntimedReport
            {
                Partition = Write.Lease.Partition,
                PlugId = plug.PlugId,
                Topic = message.Topic,
                Payload = message.Payload.ToArray(),
                ReceivedAt = message.ReceivedAt,
            });
        }
        else
        {
            // On or off without a time in a backlog: after what was said before it, and before what follows.
            Fold(report, at ?? plug.LastReportAt ?? message.ReceivedAt);
        }

        Stored++;
    }

    // A time that cannot be right, or may be on the other side of a change of the clock, is settled by what follows; and what
    // follows lies behind it.
    private bool Waits(PlugHead plug, in PlugReport report, DateTimeOffset? at)
    {
        if (!report.IsMetered)
        {
            return false;
        }

        var last = plug.Channels.Values.Max(channel => channel.LastSampleAt);
        return at is not { } own || _waiting.Contains(plug.PlugId) || last - own >= ReportClock.LongestLiveDelay
            || WallClock.MayHaveChanged(own, last);
    }

    private void LearnClock(PlugHead plug, in PlugReport report)
    {
        if (report.Reading.Time is { } time
            && ReportClock.LearnOffset(time, report.Message.ReceivedAt) is { } offset && offset != plug.ClockOffsetMinutes)
        {
            plug.ClockOffsetMinutes = offset;
            Write.Touch(plug);
        }
    }

    private void TakeRetained(in PlugReport report)
    {
        var (plug, message) = (plugs[report.Plug.Id], report.Message);
        SetAvailability(plug, report.Reading.Availability);
        plug.ClockOffsetMinutes ??= report.Plug.ClockOffsetMinutes;
        var at = ReportClock.Resolve(report.Reading.Time, message.ReceivedAt, plug.ClockOffsetMinutes, isBacklog: true);
        var isKnown = retained.IsKnown(message);
        foreach (var reading in report.Reading.Channels)
        {
            if ((reading.IsOn is null && reading.ActivePowerWatts is null) || ChannelOf(plug, reading.Channel) is not { } channel)
            {
                continue;
            }

            if (at is null && reading.IsOn is not null && channel.IsOn is not null && reading.IsOn != channel.IsOn)
            {
                InDoubt.Add(report.Plug);
            }

            var limit = ChannelLimit.Of(report.Plug, plug, reading.Channel);
            var believed = reading.ActivePowerWatts is { } told && !PowerRule.IsBelieved(channel.Account, told, limit)
                ? reading with { ActivePowerWatts = null } : reading;
            if (RetainedStates.Take(channel, believed, at, message.ReceivedAt, isKnown))
            {
                Write.Touch(channel);
            }
        }
    }

    private void FoldChannel(in FoldedReading folded, DateTimeOffset at, DateTimeOffset? saidAt, double limitWatts)
    {
        var (channel, reading) = (folded.Channel, folded.Reading);
        if (reading.ActivePowerWatts is null && reading.EnergyKilowattHours is null)
        {
            if (reading.IsOn is { } on && (saidAt < channel.ReportedAt || !IsLate(at, channel.ReportedAt)))
            {
                Latest(channel, on, at, saidAt);
            }

            return;
        }

        if (ChannelLimit.IsChanged(channel, limitWatts))
        {
            // What the old one refused counts by the new one, as far back as there are readings.
            channel.DirtyFrom = DateTimeOffset.MinValue;
        }

        if (IsLate(at, channel.LastSampleAt))
        {
            FoldLate(folded, at, saidAt, limitWatts);
            return;
        }

        // Clocks of one second's resolution give two readings the same time: the later one moves on by a tick.
        var moved = at <= channel.LastSampleAt ? channel.LastSampleAt.Value.AddTicks(1) : at;
        var meter = new MeterReading(moved, reading.ActivePowerWatts, reading.EnergyKilowattHours);
        var watts = ChannelFold.Add(Write, channel, meter, folded.Terms(moved, limitWatts));
        channel.ActivePowerWatts = watts ?? channel.ActivePowerWatts;
        Write.Samples.Add(SampleOf(channel, moved, reading, watts));
        Latest(channel, reading.IsOn, moved, saidAt);
    }

    private void FoldLate(in FoldedReading folded, DateTimeOffset at, DateTimeOffset? saidAt, double limitWatts)
    {
        var (channel, reading) = (folded.Channel, folded.Reading);
        var watts = reading.ActivePowerWatts is { } told && PowerRule.IsBelieved(channel.Account, told, limitWatts) ? told : (double?)null;
        var kept = PlugShape.IsLeftBehind(folded.Plug, channel, at) ? reading with { EnergyKilowattHours = null } : reading;
        if (kept.ActivePowerWatts is not null || kept.EnergyKilowattHours is not null)
        {
            Late.Add(SampleOf(channel, at, kept, watts));
            channel.DirtyFrom = channel.DirtyFrom < at ? channel.DirtyFrom : at;
            Write.Touch(channel);
        }

        if (saidAt < channel.LastSampleAt)
        {
            // Our clock was put back, the last reading lies ahead: what is said now is still what holds now.
            channel.ActivePowerWatts = watts ?? channel.ActivePowerWatts;
            channel.EnergyKilowattHours = reading.EnergyKilowattHours ?? channel.EnergyKilowattHours;
            Latest(channel, reading.IsOn, at, saidAt);
        }
    }

    // A power that is not believed must scale no chart, and counting again must know of it.
    private static StagedSample SampleOf(ChannelHead channel, DateTimeOffset at, ChannelReading reading, double? watts) => new(
        channel, at, watts, reading.EnergyKilowattHours,
        watts is null && reading.ActivePowerWatts is { } told && PowerRule.MayBeBelieved(told) ? told : null);

    private static bool IsLate(DateTimeOffset at, DateTimeOffset? last) => last - at >= TimeSpan.FromSeconds(1);

    private void Latest(ChannelHead channel, bool? isOn, DateTimeOffset at, DateTimeOffset? saidAt)
    {
        channel.IsOn = isOn ?? channel.IsOn;
        channel.ReportedAt = at <= channel.ReportedAt && !(saidAt < channel.ReportedAt) ? channel.ReportedAt : at;
        Write.Touch(channel);
    }

    private void SetAvailability(PlugHead plug, Availability? availability)
    {
        if (availability is { } said && said != plug.Availability)
        {
            plug.Availability = said;
            Write.Touch(plug);
        }
    }

    private static ChannelHead? ChannelOf(PlugHead plug, string name)
    {
        if (plug.Channels.TryGetValue(name, out var channel))
        {
            return channel;
        }

        if (plug.Channels.Count >= ChannelLimit.MaxChannels || name.Length > ChannelLimit.MaxNameLength)
        {
            return null;
        }

        return plug.Channels[name] = new ChannelHead { PlugId = plug.PlugId, Channel = name };
    }

    private void Reject(in PlugReport report, string reason)
    {
        var topic = report.Message.Topic;
        var payload = report.Message.Payload;
        Write.DeadLetters.Add(new DeadLetter
        {
            Topic = topic.Length > MaxTopicLength ? topic[..MaxTopicLength] : topic,
            Payload = payload[..Math.Min(payload.Length, 1024)].ToArray(),
            Reason = reason.Length > 64 ? reason[..64] : reason,
            ReceivedAt = report.Message.ReceivedAt,
        });
    }
}
