using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>Since when a plug is in the house again, where staff had taken it out: what it used outside is not the house's.</summary>
internal readonly record struct HouseStay(DateTimeOffset? RemovedAt, DateTimeOffset? AdoptedAt)
{
    public HouseStay(Plug plug)
        : this(plug.RemovedAt, plug.AdoptedAt)
    {
    }

    /// <summary>Whether the plug was elsewhere at that time.</summary>
    public bool IsOutside(DateTimeOffset at) => at >= RemovedAt && at < AdoptedAt;

    /// <summary>Whether a reading is the first one since the plug is back.</summary>
    public bool IsFirst(EnergyAccount account, DateTimeOffset at) =>
        RemovedAt is not null && account.LastReadingAt < AdoptedAt && at >= AdoptedAt;

    /// <summary>Whether a break that is kept lies in an earlier stay; the newest one is known by its own times.</summary>
    public bool IsBefore(DateTimeOffset at) => RemovedAt is null || AdoptedAt is null || at < RemovedAt;
}
