using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>One message that came over a wide filter.</summary>
public sealed record HeardRaw(string Topic, ReadOnlyMemory<byte> Payload, bool Retained, DateTimeOffset ReceivedAt);

/// <summary>A plug that is heard but not adopted, with its live reading (kept in memory, bounded).</summary>
public sealed record DiscoveredPlug(
    Plug Plug, Availability Availability, DateTimeOffset? LastReportAt, IReadOnlyList<ChannelReading> Channels)
{
    /// <summary>How far apart its last two reports were; null before the second.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The adopted plug that it seems to be under a new topic; null for none.</summary>
    public KnownAs? SameAs { get; init; }
}

/// <summary>An adopted plug with the hardware address of one that is heard under another topic.</summary>
/// <param name="PlugId">Its id.</param>
/// <param name="Name">The name that staff gave.</param>
/// <param name="StillSpeaks">It reports under its own topic as well: two devices claim one address.</param>
public sealed record KnownAs(int PlugId, string Name, bool StillSpeaks);

/// <summary>Every use case of plugs: hear, adopt, ignore, rename, move, switch. Rights are checked here.</summary>
public sealed partial class DeviceRegistry : IDisposable
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(1);
    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly SignalHub _signals;
    private readonly TimeProvider _clock;
    private readonly IPlugCommands _commands;
    private readonly ILogger<DeviceRegistry> _logger;
    private readonly ToldChannels? _told;
    private readonly PlugQuestions _questions;
    private readonly DiscoveredPlugs _discovered = new();
    private readonly PlugDiscovery _discovery;
    private readonly KnownPlugs _known;
    private readonly HeardCount _heardCount;
    private readonly Coalescer _showRows;
    private readonly Coalescer _showLive;

    /// <summary>One an instance: it keeps what is heard in memory. Without <paramref name="told"/> adopted plugs have told of no channels.</summary>
    public DeviceRegistry(
        IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock, IPlugCommands commands, ILogger<DeviceRegistry> logger,
        ToldChannels? told = null)
    {
        (_houses, _signals, _clock, _commands, _logger, _told) = (houses, signals, clock, commands, logger, told);
        var rows = new HeardPlugRows(houses);
        _questions = new(commands, clock, logger);
        _discovery = new(_discovered, rows, clock);
        _known = new(rows, _discovered, signals, clock);
        _heardCount = new(houses, signals, clock);
        _showRows = new(_ => Done(() => signals.Publish(ReloadSignal.Plugs)), ShowEvery, clock, LogSignalFailed);
        _showLive = new(_ => Done(_known.ShowLive), ShowEvery, clock, LogSignalFailed);
    }

    /// <summary>The adopted plugs now; cached, read again on <c>ReloadSignal.Plugs</c>.</summary>
    public Task<AdoptedPlugs> AdoptedAsync(CancellationToken cancellation) => _known.AdoptedAsync(cancellation);

    /// <summary>
    /// Takes in what the discovery session heard: makes plugs known (bounded), keeps their live reading and clock offset.
    /// Throws the database's exception when it is away; nothing is lost by that which the plugs do not say again.
    /// </summary>
    public async Task HearAsync(IReadOnlyList<HeardRaw> messages, CancellationToken cancellation)
    {
        var adopted = await AdoptedAsync(cancellation);
        var (rows, live) = await _discovery.HearAsync(messages, adopted, cancellation);
        if (rows)
        {
            _showRows.Request();
        }

        if (live)
        {
            _showLive.Request();
        }
    }

    /// <summary>Plugs that are neither adopted nor ignored, newest first. Staff only.</summary>
    public async Task<IReadOnlyList<DiscoveredPlug>> DiscoveredAsync(Viewer viewer, CancellationToken cancellation)
    {
        RequireStaff(viewer);
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var rows = await house.Plugs.AsNoTracking().Include(plug => plug.Channels)
            .Where(plug => plug.AdoptedAt == null && plug.IgnoredAt == null)
            .OrderByDescending(plug => plug.FirstHeardAt).ThenByDescending(plug => plug.Id)
            .Take(DiscoveredPlugs.Most).ToListAsync(cancellation);
        var adopted = await AdoptedAsync(cancellation);
        return [.. rows.Select(_discovered.WithReading).Select(heard => heard with { SameAs = SameAs(heard, adopted) })];
    }

    /// <summary>How many <see cref="DiscoveredAsync"/> tells, without a query for each who asks. Staff only.</summary>
    public Task<int> CountDiscoveredAsync(Viewer viewer, CancellationToken cancellation)
    {
        RequireStaff(viewer);
        return _heardCount.GetAsync(cancellation);
    }

    /// <summary>Plugs that staff ignored. Staff only.</summary>
    public async Task<IReadOnlyList<Plug>> IgnoredAsync(Viewer viewer, CancellationToken cancellation)
    {
        RequireStaff(viewer);
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        return await house.Plugs.AsNoTracking().Include(plug => plug.Channels)
            .Where(plug => plug.AdoptedAt == null && plug.IgnoredAt != null)
            .OrderByDescending(plug => plug.IgnoredAt).Take(DiscoveredPlugs.Most).ToListAsync(cancellation);
    }

    /// <summary>Hides a heard plug, until it is restored. Staff only. 409 <c>plug.alreadyAdopted</c>.</summary>
    public Task IgnoreAsync(Viewer viewer, int plugId, CancellationToken cancellation) =>
        SetIgnoredAsync(viewer, plugId, _clock.GetUtcNow(), cancellation);

    /// <summary>Lets an ignored plug appear again. Staff only. 409 <c>plug.alreadyAdopted</c>.</summary>
    public Task RestoreAsync(Viewer viewer, int plugId, CancellationToken cancellation) =>
        SetIgnoredAsync(viewer, plugId, null, cancellation);

    /// <summary>Ends what runs in the background.</summary>
    public void Dispose()
    {
        _showRows.Dispose();
        _showLive.Dispose();
        _known.Dispose();
        _heardCount.Dispose();
    }

    private static void RequireStaff(Viewer viewer)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("plug.notStaff");
        }
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task SetIgnoredAsync(Viewer viewer, int plugId, DateTimeOffset? ignoredAt, CancellationToken cancellation)
    {
        RequireStaff(viewer);
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var changed = await house.Plugs.Where(plug => plug.Id == plugId && plug.AdoptedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(plug => plug.IgnoredAt, ignoredAt), cancellation);
        if (changed == 0)
        {
            throw await house.Plugs.AnyAsync(plug => plug.Id == plugId, cancellation)
                ? RefusedException.Conflict("plug.alreadyAdopted") : RefusedException.NotFound("plug");
        }

        _signals.Publish(ReloadSignal.Plugs);
    }

    private void LogSignalFailed(Exception error) => _logger.LogError(error, "The plugs' pages could not be told of a change");
}
