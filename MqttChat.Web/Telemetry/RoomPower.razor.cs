using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

/// <summary>The power of one room's plugs, to stand beside its chat; nothing at all where the room has none.</summary>
public sealed partial class RoomPower
{
    private ImmutableArray<PlugPower> _plugs = [];
    private (int Room, Viewer Viewer)? _readFor;
    private DateTimeOffset _now;
    // On a small screen the messages come first: the plugs show on demand.
    private bool _open;
    private SwitchChannel _switch = null!;

    [Parameter, EditorRequired]
    public int RoomId { get; set; }

    [Parameter, EditorRequired]
    public required Viewer Viewer { get; set; }

    [Inject]
    internal PowerFeed Feed { get; set; } = null!;

    [Inject]
    internal Mqtt.BrokerStatus Broker { get; set; } = null!;

    [Inject]
    internal DeviceRegistry Registry { get; set; } = null!;

    /// <inheritdoc />
    protected override void OnInitialized() => _switch = SwitchAsync;

    // The page around renders at every message; power is read when it changes.
    /// <inheritdoc />
    protected override Task OnParametersSetAsync()
    {
        if (_readFor == (RoomId, Viewer))
        {
            return Task.CompletedTask;
        }

        _readFor = (RoomId, Viewer);
        return ReadAgainAsync();
    }

    /// <inheritdoc />
    protected override Task<Viewer> FindViewerAsync() => Task.FromResult(Viewer);

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var room = RoomId;
        var visible = await Feed.VisibleToAsync(Viewer, cancellation);
        _now = Clock.GetUtcNow();
        _plugs = [.. visible.Where(plug => plug.RoomId == room)];
    }

    private Task SwitchAsync(int plugId, string channel, bool on, CancellationToken cancellation) =>
        Registry.SwitchAsync(Viewer, plugId, channel, on, cancellation);
}
