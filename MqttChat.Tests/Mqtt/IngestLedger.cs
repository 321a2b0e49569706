using System.Text;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>A store in memory that keeps the promises of the real one: fencing, all or nothing, and recognising what is delivered again.</summary>
internal sealed class IngestLedger
{
    private readonly Lock _gate = new();
    private readonly List<IncomingReport> _stored = [];
    private readonly Dictionary<ushort, ulong> _pending = [];
    private Dictionary<ushort, ulong> _again = [];
    private long _fencing;
    private string? _holder;

    /// <summary>What a subscription is wanted for.</summary>
    public IReadOnlyList<string> Filters { get; set; } = ["tele/+/SENSOR"];

    /// <summary>Called before each store; throws to play a database that is away.</summary>
    public Action OnStore { get; set; } = () => { };

    public int BacklogsEnded { get; private set; }

    public int Redelivered { get; private set; }

    public int StoresTried { get; private set; }

    public int LeasesWon { get; private set; }

    public IReadOnlyList<IncomingReport> Stored
    {
        get
        {
            lock (_gate)
            {
                return [.. _stored];
            }
        }
    }

    public IReadOnlyList<string> Payloads => [.. Stored.Select(report => Encoding.UTF8.GetString(report.Payload.Span))];

    public string? Holder
    {
        get
        {
            lock (_gate)
            {
                return _holder;
            }
        }
    }

    /// <summary>Another instance wins the lease.</summary>
    public void GiveLeaseTo(string? holder)
    {
        lock (_gate)
        {
            (_holder, _fencing) = (holder, _fencing + 1);
        }
    }

    public IngestWork Work(string holder = "a") => new()
    {
        TryAcquire = (partition, _) => Task.FromResult(TryAcquire(partition, holder)),
        Renew = (lease, _) => Locked(() => Check(lease)),
        Release = (lease, _) => Locked(() => _holder = null),
        Filters = (_, _) => Task.FromResult(Filters),
        BeginConnection = (_, present, _) => Locked(() => _again = present ? new(_pending) : []),
        Store = (lease, batch, _) => Locked(() => Store(lease, batch)),
        EndBacklog = (_, _) => Locked(() => BacklogsEnded++),
        Recompute = (_, _) => Task.FromResult(false),
    };

    private HeldLease? TryAcquire(int partition, string holder)
    {
        lock (_gate)
        {
            if (_holder is not null && _holder != holder)
            {
                return null;
            }

            _holder = holder;
            LeasesWon++;
            return new(partition, 1, ++_fencing);
        }
    }

    private void Store(HeldLease lease, IReadOnlyList<IncomingReport> batch)
    {
        StoresTried++;
        Check(lease);
        OnStore();
        foreach (var report in batch)
        {
            var hash = Hash(report);
            if (report.PacketId != 0 && _again.Remove(report.PacketId, out var known) && known == hash)
            {
                Redelivered++;
                continue;
            }

            _stored.Add(report);
            if (report.PacketId != 0)
            {
                _pending[report.PacketId] = hash;
            }
        }
    }

    private void Check(HeldLease lease)
    {
        if (lease.FencingNumber != _fencing)
        {
            throw new LeaseLostException(lease.Partition);
        }
    }

    private Task Locked(Action action)
    {
        lock (_gate)
        {
            action();
        }

        return Task.CompletedTask;
    }

    private static ulong Hash(IncomingReport report) =>
        BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData([.. Encoding.UTF8.GetBytes(report.Topic), .. report.Payload.Span]));
}
