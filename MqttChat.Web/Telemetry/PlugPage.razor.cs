using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Telemetry;

/// <summary>One plug: for staff, and for the members of its room.</summary>
public sealed partial class PlugPage
{
    private const int ListLength = 10;

    private readonly Dictionary<int, LivePoints> _live = [];
    private Viewer? _viewer;
    private ImmutableArray<PlugPower> _visible = [];
    private PlugPower? _plug;
    private EnergySoFar? _energy;
    private DateTimeOffset _now;
    private PlugPresence _presence;
    private IReadOnlyList<SwitchedBy> _switched = [];
    private IReadOnlyList<MeterBreak> _breaks = [];
    private IReadOnlyList<PlugPlace> _rooms = [];
    private (int Plug, string States) _listsAsOf;
    private PowerChart? _chart;
    private DateTimeOffset _brokerSince;
    private string? _named;
    private SwitchChannel _switch = null!;

    [Parameter]
    public int PlugId { get; set; }

    [Inject]
    internal PowerFeed Feed { get; set; } = null!;

    [Inject]
    internal PowerHistory History { get; set; } = null!;

    [Inject]
    internal EnergyHistory Energy { get; set; } = null!;

    [Inject]
    internal DeviceRegistry Registry { get; set; } = null!;

    [Inject]
    internal PlugRemoval Removal { get; set; } = null!;

    [Inject]
    internal PlugChannelSettings Channels { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal PlugPlaces Places { get; set; } = null!;

    [Inject]
    internal TelemetryFindings Findings { get; set; } = null!;

    [Inject]
    internal BrokerStatus Broker { get; set; } = null!;

    private bool MaySwitch => _plug is { } plug && (_viewer!.IsStaff || plug.MembersMaySwitch);

    private string[] Lines => _plug is null ? [] : [.. _plug.Channels.Select(channel => channel.Channel)];

    /// <inheritdoc />
    protected override void OnInitialized() => _switch = SwitchAsync;

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var viewer = _viewer ??= await FindViewerAsync();
        _visible = await Feed.VisibleToAsync(viewer, cancellation);
        var plug = _visible.FirstOrDefault(one => one.Id == PlugId) ?? throw RefusedException.NotFound("plug");
        var now = _now = Clock.GetUtcNow();
        (_plug, _presence) = (plug, PlugPresence.Of(plug, now));
        await ReadListsAsync(viewer, plug, cancellation);
        if (!_live.TryGetValue(plug.Id, out var live))
        {
            _live.Clear();
            _live[plug.Id] = live = new();
        }

        Draw(live, live.OfPlug(plug, Lines, now));
        Rename(plug);
        await ReadEnergyAsync(viewer, plug, cancellation);
    }

    // A snapshot has the newest reading only. After an outage the history has more: what had waited meanwhile, or that there is
    // a hole.
    private void Draw(LivePoints live, IReadOnlyList<ChartPoint> points)
    {
        if (points.Count == 0)
        {
            return;
        }

        var brokerSince = Broker.Current.Since;
        if (live.HasGap || brokerSince != _brokerSince)
        {
            _chart?.Reload();
        }
        else
        {
            _chart?.Push(points);
        }

        _brokerSince = brokerSince;
    }

    // The names of the lines go to the browser with the series.
    private void Rename(PlugPower plug)
    {
        var named = string.Join('\n', plug.Channels.Select(channel => channel.Name));
        if (_named is not null && _named != named)
        {
            _chart?.Reload();
        }

        _named = named;
    }

    private async Task ReadEnergyAsync(Viewer viewer, PlugPower plug, CancellationToken cancellation)
    {
        var today = await Energy.TodayAsync(viewer, cancellation);
        _energy = today.Of([plug]);
        _chart?.PushToday(today.Day, _energy?.TodayKilowattHours);
    }

    private Task<IReadOnlyList<EnergyDay>> LoadDaysAsync(int days, CancellationToken cancellation) =>
        Energy.OfPlugAsync(_viewer!, PlugId, days, cancellation);

    // The lists change with the plug's states and counters' falls, not with every watt.
    private async Task ReadListsAsync(Viewer viewer, PlugPower plug, CancellationToken cancellation)
    {
        var asOf = (plug.Id, string.Join(',', plug.Channels.Select(channel => $"{channel.IsOn}{Math.Floor(channel.EnergyKilowattHours ?? 0)}")));
        if (_listsAsOf == asOf)
        {
            return;
        }

        _switched = await Places.SwitchedAsync(viewer, plug.Id, ListLength, cancellation);
        _breaks = await Findings.BreaksAsync(viewer, plug.Id, ListLength, cancellation);
        if (viewer.IsStaff && _rooms.Count == 0)
        {
            _rooms = await Places.RoomsAsync(viewer, cancellation);
        }

        _listsAsOf = asOf;
    }

    private async Task<ChartSeries> LoadAsync(ChartSpan span, CancellationToken cancellation)
    {
        var (plug, now, lines) = (_plug!, Clock.GetUtcNow(), Lines);
        var series = await History.OfPlugAsync(_viewer!, plug.Id, now - span.Length(), now, HistoryResolution.Auto, cancellation);
        // What was said before the window still holds in it: the last reading goes along, and the line ends where the plug went silent.
        var last = new LivePoints().OfPlug(plug, lines, now);
        return new(plug.Channels is [_] ? [plug.Name] : [.. plug.Channels.Select(ChannelName)], [.. ChartPoints.From(series, lines, plug), .. last]);
    }

    private string ChannelName(ChannelPower channel) => channel.Name ?? Texts["Channel", channel.Channel];

    private string ChannelSuffix(string channel) =>
        _plug is { Channels.Length: > 1 } && _plug.Channels.FirstOrDefault(one => one.Channel == channel) is { } one ? $" ({ChannelName(one)})" : "";

    private async Task SwitchAsync(int plugId, string channel, bool on, CancellationToken cancellation)
    {
        await Registry.SwitchAsync(_viewer!, plugId, channel, on, cancellation);
        _switched = await Places.SwitchedAsync(_viewer!, plugId, ListLength, cancellation);
        StateHasChanged();
    }

    private async Task SaveAsync(string name, int? roomId, CancellationToken cancellation)
    {
        await Registry.UpdateAsync(_viewer!, PlugId, name, roomId, cancellation);
        await ReadAgainAsync();
    }

    private async Task SaveChannelAsync(string channel, string? name, double limitWatts)
    {
        await Channels.ChangeAsync(_viewer!, PlugId, channel, name, limitWatts, CancellationToken.None);
        await ReadAgainAsync();
    }

    private async Task RemoveAsync(CancellationToken cancellation)
    {
        await Removal.RemoveAsync(_viewer!, PlugId, cancellation);
        Navigation.NavigateTo("/dashboard");
    }
}
