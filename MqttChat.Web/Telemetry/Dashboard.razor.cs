using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Telemetry;

/// <summary>The house's plugs at a glance, for staff.</summary>
public sealed partial class Dashboard
{
    private readonly LivePoints _live = new();
    private ImmutableArray<PlugPower> _plugs = [];
    private IReadOnlyList<RoomOfPlugs> _rooms = [];
    private DateTimeOffset _now;
    private EnergyToday? _energy;
    private bool _isRead;
    private int _heard;
    private Viewer? _viewer;
    private PowerChart? _chart;
    private SwitchChannel _switch = null!;

    [Inject]
    internal PowerFeed Feed { get; set; } = null!;

    [Inject]
    internal PowerHistory History { get; set; } = null!;

    [Inject]
    internal EnergyHistory Energy { get; set; } = null!;

    [Inject]
    internal DeviceRegistry Registry { get; set; } = null!;

    [Inject]
    internal BrokerStatus Broker { get; set; } = null!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _now = Clock.GetUtcNow();
        _switch = SwitchAsync;
        _viewer = await FindViewerAsync();
        // Drawn on the server already: the page that takes its place must not begin empty.
        if (Feed.LastSeenBy(_viewer) is { IsEmpty: false } known)
        {
            Show(known);
        }
    }

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var viewer = _viewer ??= await FindViewerAsync();
        var plugs = await Feed.VisibleToAsync(viewer, cancellation);
        _heard = await Registry.CountDiscoveredAsync(viewer, cancellation);
        _now = Clock.GetUtcNow();
        Show(plugs);
        _chart?.Push(_live.OfHouse(_plugs, _now));
        // Last: what is on now is shown also while the rollups cannot be read.
        _energy = await Energy.TodayAsync(viewer, cancellation);
        _chart?.PushToday(_energy.Day, _energy.Of(_plugs)?.TodayKilowattHours);
    }

    private void Show(ImmutableArray<PlugPower> plugs)
    {
        _isRead = true;
        if (_plugs != plugs)
        {
            _plugs = plugs;
            _rooms = RoomOfPlugs.Group(plugs, Texts["NoRoom"]);
        }
    }

    private protected override IDisposable Subscribe(LivePower live, Action onChanged) => live.SubscribeWithNewPlugs(onChanged);

    private async Task<ChartSeries> LoadHouseAsync(ChartSpan span, CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow();
        var series = await History.OfHouseAsync(_viewer!, now - span.Length(), now, cancellation);
        var points = ChartPoints.From(series, [""]);
        return new([Texts["HousePower"]], [.. points, new ChartPoint(0, now, PowerTotals.Watts(_plugs, now))]);
    }

    private Task<IReadOnlyList<EnergyDay>> LoadDaysAsync(int days, CancellationToken cancellation) =>
        Energy.OfHouseAsync(_viewer!, days, cancellation);

    private double? TodayOf(PlugPower plug) => _energy is { } energy && energy.Plugs.TryGetValue(plug.Id, out var one) ? one.TodayKilowattHours : null;

    private Task SwitchAsync(int plugId, string channel, bool on, CancellationToken cancellation) =>
        Registry.SwitchAsync(_viewer!, plugId, channel, on, cancellation);
}

/// <summary>The plugs of one room, by name; those without a room come last.</summary>
internal sealed record RoomOfPlugs(int? Id, string Name, ImmutableArray<PlugPower> Plugs)
{
    private const int MostColumns = 4;

    /// <summary>In how many columns they stand where there is room for four: five as three and two, not as four and one.</summary>
    public int Columns => (int)Math.Ceiling(Plugs.Length / Math.Ceiling((double)Plugs.Length / MostColumns));

    public static IReadOnlyList<RoomOfPlugs> Group(ImmutableArray<PlugPower> plugs, string noRoom) =>
        [.. plugs.GroupBy(plug => plug.RoomId)
            .Select(group => new RoomOfPlugs(group.Key, group.First().RoomName ?? noRoom, [.. group]))
            .OrderBy(room => room.Id is null).ThenBy(room => room.Name, NameOrder.Names)];
}
