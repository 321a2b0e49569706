using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Telemetry;

/// <summary>
/// A page or panel that shows power: reads once when it starts, subscribes when it is live, and reads again at every change,
/// one read at a time. A database that is away leaves what was shown and sets <see cref="IsStale"/>.
/// </summary>
public abstract partial class LivePowerComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _subscription;
    private bool _reading;
    private bool _again;

    [Inject]
    internal LivePower Live { get; set; } = null!;

    [Inject]
    internal ViewerZone Zone { get; set; } = null!;

    [Inject]
    internal IJSRuntime Js { get; set; } = null!;

    [Inject]
    internal TimeProvider Clock { get; set; } = null!;

    [Inject]
    internal ILoggerFactory Loggers { get; set; } = null!;

    [Inject]
    internal AuthenticationStateProvider Authentication { get; set; } = null!;

    /// <summary>What is shown may be old: the last read failed.</summary>
    protected bool IsStale { get; private set; }

    /// <summary>The thing does not exist, or not for this viewer.</summary>
    protected bool IsAbsent { get; private set; }

    /// <summary>Subscribes to what the component shows.</summary>
    private protected virtual IDisposable Subscribe(LivePower live, Action onChanged) => live.Subscribe(onChanged);

    /// <summary>Ends with the component.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>Reads what is shown. Throws <see cref="RefusedException"/> when there is nothing to show to this viewer.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellation);

    /// <summary>Who looks; pages ask the sign-in, panels are told.</summary>
    protected virtual Task<Viewer> FindViewerAsync() => Authentication.ViewerAsync();

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() => ReadAgainAsync();

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || _gone.IsCancellationRequested)
        {
            return;
        }

        // Subscribe first, then read: nothing falls between.
        var read = ViewerCulture.Keep(ReadAgainAsync);
        _subscription = Subscribe(Live, () => _ = InvokeAsync(read));
        try
        {
            await Zone.AskAsync(Js, Gone);
        }
        catch (Exception error) when (error is JSException or JSDisconnectedException or OperationCanceledException)
        {
            Log.NoZone(Loggers.CreateLogger<LivePowerComponent>(), error);
        }

        await ReadAgainAsync();
    }

    /// <summary>Reads and renders; a request while one runs makes one more run.</summary>
    protected async Task ReadAgainAsync()
    {
        if (_reading)
        {
            _again = true;
            return;
        }

        _reading = true;
        try
        {
            do
            {
                _again = false;
                await ReadOnceAsync();
            }
            while (_again && !_gone.IsCancellationRequested);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
        finally
        {
            _reading = false;
        }
    }

    private async Task ReadOnceAsync()
    {
        try
        {
            await ReadAsync(Gone);
            (IsStale, IsAbsent) = (false, false);
        }
        catch (RefusedException refusal) when (refusal.Kind is RefusalKind.NotFound or RefusalKind.Forbidden)
        {
            IsAbsent = true;
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            Log.ReadFailed(Loggers.CreateLogger<LivePowerComponent>(), error);
            IsStale = true;
        }

        if (!_gone.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }

    // The source has no timer: cancelling it frees all it holds, and its token stays usable for what still runs.
    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the subscription and what runs.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_gone.IsCancellationRequested)
        {
            _subscription?.Dispose();
            _gone.Cancel();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Power could not be read; the page shows what it had")]
        public static partial void ReadFailed(ILogger logger, Exception error);

        [LoggerMessage(LogLevel.Debug, "The browser did not tell its time zone")]
        public static partial void NoZone(ILogger logger, Exception error);
    }
}
