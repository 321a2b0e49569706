using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Telemetry;

/// <summary>
/// A power chart that moves by itself. The series crosses the wire once; afterwards <see cref="Push"/> sends new points only,
/// and the browser moves the window on. A browser that missed something (hidden tab, lost connection) asks for the series again.
/// </summary>
public sealed partial class PowerChart : IAsyncDisposable
{
    // More than this while the browser does not answer, and the whole series is cheaper.
    private const int MaxWaitingPoints = 500;

    private readonly CancellationTokenSource _gone = new();
    private readonly List<ChartPoint> _waiting = [];
    private ElementReference _host;
    private IJSObjectReference? _module;
    private IJSObjectReference? _chart;
    private DotNetObjectReference<PowerChart>? _self;
    private ChartSpan _span = ChartSpan.QuarterHour;
    private bool _failed;
    private bool _sending;
    private bool _stale;
    private bool _changed;
    private CancellationTokenSource? _round;

    [Inject]
    internal IJSRuntime Js { get; set; } = null!;

    [Inject]
    internal TimeProvider Clock { get; set; } = null!;

    [Inject]
    internal IStringLocalizer<TelemetryTexts> Words { get; set; } = null!;

    [Inject]
    internal ILogger<PowerChart> Logger { get; set; } = null!;

    /// <summary>What the chart shows, for people who do not see it.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Reads the series of a span.</summary>
    [Parameter, EditorRequired]
    public required Func<ChartSpan, CancellationToken, Task<ChartSeries>> Load { get; set; }

    /// <summary>Hands over new points. Never waits: what comes while the browser is busy goes with the next sending.</summary>
    public void Push(IReadOnlyList<ChartPoint> points)
    {
        if (ShowsDays)
        {
            return;
        }

        _waiting.AddRange(points);
        if (_waiting.Count > MaxWaitingPoints)
        {
            _waiting.Clear();
            _stale = true;
        }

        if (_waiting.Count > 0 || _stale)
        {
            _ = SendAsync();
        }
    }

    /// <summary>Something happened that new points do not tell: the whole series is read and sent again. Never waits.</summary>
    public void Reload()
    {
        _waiting.Clear();
        _stale = true;
        _ = SendAsync();
    }

    /// <summary>The browser may have missed points: reads the whole series again.</summary>
    [JSInvokable]
    public Task CatchUpAsync() => InvokeAsync(() =>
    {
        _stale = true;
        // What was on its way to the lost connection will not be answered.
        _round?.Cancel();
        return SendAsync();
    });

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", _gone.Token, "./Telemetry/PowerChart.razor.js");
            _self = DotNetObjectReference.Create(this);
            _chart = await _module.InvokeAsync<IJSObjectReference>("create", _gone.Token, _host, _self, Options());
            _stale = true;
            await SendAsync();
        }
        catch (Exception error) when (BrowserPart.IsGone(error))
        {
            // The page was left while it opened.
        }
    }

    /// <inheritdoc />
    protected override bool ShouldRender()
    {
        (var changed, _changed) = (_changed, false);
        return changed;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _self?.Dispose();
        await BrowserPart.EndAsync(_chart, "dispose", _module);
    }
}
