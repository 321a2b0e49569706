using System.Collections.Frozen;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry.History;

namespace MqttChat.Domain.Telemetry;

/// <summary>What the house consumed by its own days. Rights as for plugs; what the viewer may not see does not exist.</summary>
public sealed class EnergyHistory : IDisposable
{
    /// <summary>The most days of one answer.</summary>
    public const int MostDays = 400;

    // Energy grows slowly, and every open page asks at every reading.
    private static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(15);

    private readonly PowerFeed _feed;
    private readonly ReadOnlyTelemetry _readOnly;
    private readonly HouseDays _days;
    private readonly TimeProvider _clock;
    private readonly SharedRead<EnergyToday> _today;

    internal EnergyHistory(PowerFeed feed, ReadOnlyTelemetry readOnly, HouseDays days, SignalHub signals, TimeProvider clock)
    {
        (_feed, _readOnly, _days, _clock) = (feed, readOnly, days, clock);
        _today = new(ReadTodayAsync, signals, [ReloadSignal.Plugs, ReloadSignal.House], ReadAgain, clock);
    }

    /// <summary>Today's energy of all plugs the viewer may see: one read for all who ask, up to 15 s old.</summary>
    public async Task<EnergyToday> TodayAsync(Viewer viewer, CancellationToken cancellation)
    {
        var plugs = await _feed.VisibleToAsync(viewer, cancellation);
        var today = await _today.GetAsync(cancellation);
        return viewer.IsStaff ? today : today with
        {
            Plugs = plugs.Where(plug => today.Plugs.ContainsKey(plug.Id)).ToDictionary(plug => plug.Id, plug => today.Plugs[plug.Id]),
        };
    }

    /// <summary>
    /// A plug's last days, oldest first; the last one is today. 404 <c>plug.notFound</c>; 400 <c>plug.range</c> for less than one day
    /// or more than <see cref="MostDays"/>.
    /// </summary>
    public async Task<IReadOnlyList<EnergyDay>> OfPlugAsync(Viewer viewer, int plugId, int days, CancellationToken cancellation)
    {
        var plugs = await _feed.VisibleToAsync(viewer, cancellation);
        return plugs.Any(plug => plug.Id == plugId)
            ? await ReadDaysAsync([plugId], days, cancellation) : throw RefusedException.NotFound("plug");
    }

    /// <summary>The last days of all plugs together that the viewer may see; an hour is heard when one of them was. As <see cref="OfPlugAsync"/>.</summary>
    public async Task<IReadOnlyList<EnergyDay>> OfHouseAsync(Viewer viewer, int days, CancellationToken cancellation) =>
        await ReadDaysAsync([.. (await _feed.VisibleToAsync(viewer, cancellation)).Select(plug => plug.Id)], days, cancellation);

    /// <inheritdoc />
    public void Dispose() => _today.Dispose();

    private async Task<EnergyToday> ReadTodayAsync(CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var today = _days.DayOf(now);
        var begins = _days.BeginningOf(today);
        var yesterday = _days.BeginningOf(today.AddDays(-1));
        var sameTime = _days.DayBefore(now);
        await using var store = _readOnly.Create();
        var channels = await EnergyChannels.ReadAsync(store, null, cancellation);
        var parts = await new EnergyParts(store, [yesterday, sameTime < begins ? sameTime : begins, begins, now]).ByChannelAsync(channels, cancellation);
        return new(today, parts.GroupBy(part => channels.PlugOf(part.Key)).ToFrozenDictionary(
            plug => plug.Key, plug => plug.Select(part => new EnergySoFar(part.Value[2], part.Value[0])).Aggregate((sum, one) => sum + one)));
    }

    private async Task<IReadOnlyList<EnergyDay>> ReadDaysAsync(IReadOnlyCollection<int> plugIds, int count, CancellationToken cancellation)
    {
        if (count is < 1 or > MostDays)
        {
            throw RefusedException.Invalid("plug.range", "days");
        }

        var now = _clock.GetUtcNow();
        var first = _days.DayOf(now).AddDays(1 - count);
        DateTimeOffset[] cuts = [.. Enumerable.Range(0, count).Select(day => _days.BeginningOf(first.AddDays(day))), now];
        await using var store = _readOnly.Create();
        var channels = await EnergyChannels.ReadAsync(store, plugIds, cancellation);
        var parts = new EnergyParts(store, cuts);
        var energy = await parts.TogetherAsync(channels, cancellation);
        var heard = await parts.HeardHoursAsync(channels, cancellation);
        return [.. energy.Select((kilowattHours, day) => DayOf(first.AddDays(day), kilowattHours, heard[day], cuts[day], cuts[day + 1]))];
    }

    // An hour may pass between two reports of a plug that is well.
    private static EnergyDay DayOf(DateOnly day, double? kilowattHours, int heardHours, DateTimeOffset from, DateTimeOffset to)
    {
        var hours = (int)((to - from).TotalHours + 0.5);
        return heardHours == 0 && kilowattHours is null or 0 ? new(day, null, false) : new(day, kilowattHours ?? 0, heardHours < hours - 1);
    }
}
