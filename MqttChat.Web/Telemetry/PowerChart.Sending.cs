using Microsoft.JSInterop;
using MqttChat.Domain;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Telemetry;

public sealed partial class PowerChart
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    private async Task ShowAsync(ChartSpan span)
    {
        (_span, _changed, _stale) = (span, true, true);
        await SendAsync();
    }

    // One sending at a time: a browser that is slow gets fewer and larger ones.
    private async Task SendAsync()
    {
        if (_sending || _chart is null)
        {
            return;
        }

        _sending = true;
        try
        {
            while ((_stale || _waiting.Count > 0 || HasNewToday) && !_gone.IsCancellationRequested)
            {
                await SendOnceAsync(_chart);
            }
        }
        catch (Exception error) when (BrowserPart.IsGone(error))
        {
            // Away for now: what follows starts with the whole series.
            _stale = true;
        }
        catch (Exception error) when (StoreFaults.IsFault(error) || error is RefusedException or JSException)
        {
            Log.Failed(Logger, error);
            SetFailed(true);
            _stale = true;
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
        finally
        {
            _sending = false;
        }
    }

    private async Task SendOnceAsync(IJSObjectReference chart)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        round.CancelAfter(AnswerWithin);
        _round = round;
        try
        {
            await (_stale ? SendAllAsync(chart, round.Token) : ShowsDays ? SendTodayAsync(chart, round.Token) : SendPointsAsync(chart, round.Token));
        }
        catch (OperationCanceledException) when (_stale && !_gone.IsCancellationRequested)
        {
            // The browser is back and asked for the whole series.
        }
        finally
        {
            _round = null;
        }
    }

    private Task SendAllAsync(IJSObjectReference chart, CancellationToken cancellation)
    {
        _stale = false;
        if (!ShowsDays)
        {
            return SendSeriesAsync(chart, cancellation);
        }

        _waiting.Clear();
        return SendDaysAsync(chart, cancellation);
    }

    private async Task SendSeriesAsync(IJSObjectReference chart, CancellationToken cancellation)
    {
        var span = _span;
        // Points that come while the series is read are sent after it: a point told twice is drawn once.
        var series = await Load(span, cancellation);
        var now = Clock.GetUtcNow();
        await chart.InvokeVoidAsync("load", cancellation, new
        {
            now = now.ToUnixTimeMilliseconds(),
            seconds = (int)span.Length().TotalSeconds,
            span = Words[$"Span{span}"].Value,
            lines = series.Lines,
            points = PackedLine.Of(series.Points, now),
        });
        SetFailed(false);
    }

    private async Task SendPointsAsync(IJSObjectReference chart, CancellationToken cancellation)
    {
        ChartPoint[] points = [.. _waiting];
        _waiting.Clear();
        var now = Clock.GetUtcNow();
        await chart.InvokeVoidAsync("append", cancellation, now.ToUnixTimeMilliseconds(), PackedLine.Of(points, now));
    }

    private object Options() => new
    {
        label = Label,
        total = Words["Total"].Value,
        time = Words["TableTime"].Value,
        mean = Words["TableMean"].Value,
        highest = Words["TableHighest"].Value,
        empty = Words["ChartEmpty"].Value,
        help = Words["ChartHelp"].Value,
        days = new
        {
            label = DaysLabel,
            day = Words["TableDay"].Value,
            energy = Words["TableEnergy"].Value,
            cost = Words["TableCost"].Value,
            note = Words["TableNote"].Value,
            total = Words["Total"].Value,
            mean = Words["DayMean"].Value,
            part = Words["DayPart"].Value,
            none = Words["DayNone"].Value,
            soFar = Words["DaySoFar"].Value,
            price = Price.PerKilowattHour,
            currency = Price.Currency,
        },
    };

    private void SetFailed(bool failed)
    {
        if (_failed != failed)
        {
            (_failed, _changed) = (failed, true);
            StateHasChanged();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A chart could not be brought up to date")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
