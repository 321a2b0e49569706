using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>A message of a plug of ours, decoded.</summary>
internal readonly record struct PlugReport(Plug Plug, PlugReading Reading, IncomingReport Message)
{
    /// <summary>Says power or energy, so that it becomes a sample.</summary>
    public bool IsMetered
    {
        get
        {
            foreach (var channel in Reading.Channels)
            {
                if (channel.ActivePowerWatts is not null || channel.EnergyKilowattHours is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Neither retained nor of a backlog: said just now.</summary>
    public bool IsLive => !Message.Retained && !Message.IsBacklog;

    /// <summary>Reads a message; null when it is none of this partition's or says nothing.</summary>
    public static PlugReport? Decode(HeldLease lease, AdoptedPlugs adopted, in IncomingReport message)
    {
        if (adopted.Find(message.Topic) is not { } plug || PlugPartition.Of(plug.Id, lease.Partitions) != lease.Partition)
        {
            return null;
        }

        var reading = PlugFormats.Read(plug, message.Topic, message.Payload.Span);
        return reading.Kind == ReadingKind.Nothing ? null : new PlugReport(plug, reading, message);
    }

    /// <summary>
    /// What waits for its time must be stored before a live report of the same plug settles it: the batch in which a backlog
    /// ends is stored in two.
    /// </summary>
    public static IEnumerable<IReadOnlyList<IncomingReport>> BacklogFirst(IReadOnlyList<IncomingReport> batch)
    {
        var backlog = batch.TakeWhile(report => report.IsBacklog || report.Retained).Count();
        return backlog == 0 || backlog == batch.Count || !batch.Take(backlog).Any(report => report.IsBacklog)
            ? [batch]
            : [[.. batch.Take(backlog)], [.. batch.Skip(backlog)]];
    }
}
