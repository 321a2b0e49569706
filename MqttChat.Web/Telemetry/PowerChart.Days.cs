using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

/// <summary>A week and a month as one bar a day, which is how people read them; the curve is one touch away.</summary>
public sealed partial class PowerChart
{
    private bool _asCurve;
    private DateOnly? _lastDay;
    private double? _today;
    private double? _todayTold;

    [Inject]
    internal HousePrice Price { get; set; } = null!;

    /// <summary>What the bars show, for people who do not see them.</summary>
    [Parameter, EditorRequired]
    public required string DaysLabel { get; set; }

    /// <summary>Reads so many days' energy, the last of them today's.</summary>
    [Parameter, EditorRequired]
    public required Func<int, CancellationToken, Task<IReadOnlyList<EnergyDay>>> LoadDays { get; set; }

    private bool HasDays => _span is ChartSpan.Week or ChartSpan.Month;

    private bool ShowsDays => HasDays && !_asCurve;

    private bool HasNewToday => ShowsDays && _today is not null && _today != _todayTold;

    /// <summary>Hands over today's energy so far. Never waits; costs nothing unless bars are shown and it is another.</summary>
    public void PushToday(DateOnly day, double? kilowattHours)
    {
        // What was read before midnight is not told of the day that began since.
        if (!ShowsDays || _lastDay is not { } last || day < last)
        {
            return;
        }

        _today = Rounded(kilowattHours);
        if (day > last)
        {
            Reload();
        }
        else if (HasNewToday)
        {
            _ = SendAsync();
        }
    }

    private async Task ShowAsCurveAsync(bool asCurve)
    {
        (_asCurve, _changed, _stale) = (asCurve, true, true);
        await SendAsync();
    }

    private async Task SendDaysAsync(IJSObjectReference chart, CancellationToken cancellation)
    {
        var span = _span;
        var days = await LoadDays((int)span.Length().TotalDays, cancellation);
        (_lastDay, _todayTold) = (days[^1].Day, Rounded(days[^1].KilowattHours));
        _today = _todayTold;
        await chart.InvokeVoidAsync("loadDays", cancellation, new
        {
            span = Words[$"Span{span}"].Value,
            first = days[0].Day,
            energy = days.Select(day => Rounded(day.KilowattHours)),
            parts = days.Select((day, place) => (day, place)).Where(one => one.day.IsPart).Select(one => one.place),
        });
        SetFailed(false);
    }

    private async Task SendTodayAsync(IJSObjectReference chart, CancellationToken cancellation)
    {
        _todayTold = _today;
        await chart.InvokeVoidAsync("today", cancellation, _today);
    }

    private static double? Rounded(double? kilowattHours) => kilowattHours is { } value ? Math.Round(value, 2) : null;
}
