using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Web.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Chat;

/// <summary>
/// A room's messages and its composer. The composer, the own bubble that appears at once and the scrolling live in the
/// browser (<c>RoomChat.razor.js</c>); this side renders the shared snapshot.
/// </summary>
public sealed partial class RoomChat(
    RoomFeeds feeds, ChatRooms chat, RoomMembers members, HouseSettings house, CircuitLink link, DayTurns turns, RefusalMessages refusals, TimeProvider clock,
    IJSRuntime script, IStringLocalizer<ChatTexts> texts, IStringLocalizer<RoomTexts> roomWords) : ComponentBase, IAsyncDisposable
{
    private const int HistoryPage = 100;
    private static readonly TimeSpan RenderInterval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _stop = new();
    private readonly MessageWindow _window = new();
    private List<ChatRow> _rows = [];
    private RoomSubscription? _subscription;
    private IDisposable? _linkSubscription;
    private IDisposable? _turnSubscription;
    private DateOnly _today;
    private Coalescer? _renders;
    private RoomView? _view;
    private RefusedException? _refused;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _browser;
    private DotNetObjectReference<RoomChat>? _self;
    private long? _newAfter;
    private long _read;
    private bool _wasMember;
    private bool _opened;
    private bool _starting;
    private bool _started;
    private bool _visible = true;
    private bool _follows = true;
    private bool _loadingHistory;

    /// <summary>Which room.</summary>
    [Parameter, EditorRequired]
    public int RoomId { get; set; }

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public required Viewer Viewer { get; set; }

    /// <summary>The browser's time zone, where it is known already.</summary>
    [Parameter]
    public string? ZoneId { get; set; }

    /// <summary>The room in the viewer's list; null while it is not known, or is not theirs to see.</summary>
    [Parameter]
    public RoomSummary? Line { get; set; }

    /// <summary>Called with the room's name as it is shown; null when nothing may be shown.</summary>
    [Parameter]
    public EventCallback<string?> OnNamed { get; set; }

    /// <summary>Called when the tab with the room is shown or hidden.</summary>
    [Parameter]
    public EventCallback<bool> OnSeen { get; set; }

    private IStringLocalizer<ChatTexts> Texts => texts;

    private IStringLocalizer<RoomTexts> RoomWords => roomWords;

    private RefusalMessages Refusals => refusals;

    /// <inheritdoc />
    public override Task SetParametersAsync(ParameterView parameters)
    {
        if (_view is null)
        {
            return base.SetParametersAsync(parameters);
        }

        // The list of rooms moves with every message, and with it the page around; a room that is shown draws itself.
        parameters.SetParameterProperties(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _linkSubscription?.Dispose();
        _turnSubscription?.Dispose();
        _subscription?.Dispose();
        _renders?.Dispose();
        _self?.Dispose();
        await StopBrowserAsync();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _zone = ZoneCookie.Zone(ZoneId, house.Current.Zone);
        var (show, open) = (ViewerCulture.Keep(ShowAsync), ViewerCulture.Keep(OpenAsync));
        _renders = new Coalescer(
            _ => InvokeAsync(show), RenderInterval, clock, error => _ = DispatchExceptionAsync(error));
        _linkSubscription = link.Subscribe(up => _ = InvokeAsync(() => up ? open() : CloseAsync()));
        var turn = ViewerCulture.Keep(TurnAsync);
        _turnSubscription = turns.Subscribe(() => _ = InvokeAsync(turn));
        await OpenAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_view is null || _starting || _stop.IsCancellationRequested)
        {
            return;
        }

        _starting = true;
        try
        {
            _self ??= DotNetObjectReference.Create(this);
            _module = await script.InvokeAsync<IJSObjectReference>("import", _stop.Token, "./Chat/RoomChat.razor.js");
            _browser = await _module.InvokeAsync<IJSObjectReference>("start", _stop.Token, _root, _self, BrowserSettings());
            _started = true;
            StateHasChanged();
        }
        catch (Exception error) when (BrowserPart.IsGone(error))
        {
            // The page was left while it started.
        }
        catch (JSException)
        {
            // A script of the room did not come.
            await script.InvokeVoidAsync("mqttchat.askAgain", _stop.Token);
        }
    }

    private object BrowserSettings() => new
    {
        texts = new
        {
            notSent = Texts["NotSent"].Value,
            notSaved = Texts["NotSaved"].Value,
            replace = Texts["Replace"].Value,
            send = Texts["Send"].Value,
            sendOld = Texts["SendOld"].Value,
            notFound = Texts["message.notFound"].Value,
            unreadable = Texts["message.unreadable"].Value,
            tryAgain = Texts["TryAgain"].Value,
            discard = Texts["Discard"].Value,
            left = new[] { Texts["Left.one"].Value, Texts["Left"].Value },
            tooLong = new[] { Texts["TooLong.one"].Value, Texts["TooLong"].Value },
            messageTooLong = Texts["message.tooLong"].Value,
            noAnswer = Texts["message.tryAgain"].Value,
            lastBy = RoomWords["LastBy"].Value,
            lastOwn = RoomWords["LastOwn"].Value,
        },
    };

    private async Task OpenAsync()
    {
        try
        {
            var subscription = await feeds.OpenAsync(Viewer, RoomId, () => _renders?.Request(), _stop.Token);
            _subscription?.Dispose();
            _subscription = subscription;
            if (_stop.IsCancellationRequested)
            {
                subscription.Dispose();
                return;
            }

            if (!_opened)
            {
                _opened = true;
                _read = subscription.LastRead;
                _newAfter = subscription.Current?.Room.Messages is [.., var newest] && newest.Sequence > subscription.LastRead
                    ? subscription.LastRead
                    : null;
                await OpenAtLineAsync(subscription);
            }

            _refused = null;
        }
        catch (RefusedException refusal) when (refusal.Kind == RefusalKind.Unavailable && _view is not null)
        {
            // What is shown stays; the database is asked again soon.
            _ = ReopenAsync();
            return;
        }
        catch (RefusedException refusal)
        {
            _refused = refusal;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }

        await ShowAsync();
    }

    // Where more is unread than the snapshot holds, the page begins where the person stopped reading.
    private async Task OpenAtLineAsync(RoomSubscription subscription)
    {
        if (_newAfter is { } read && subscription.Current?.Room is { HasOlder: true, Messages: [var first, ..] } && first.Sequence > read + 1)
        {
            await JumpToAsync(read);
        }
    }

    private async Task ReopenAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(2), clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stop.IsCancellationRequested)
        {
            await InvokeAsync(OpenAsync);
        }
    }

    private Task StopBrowserAsync()
    {
        var (browser, module) = (_browser, _module);
        (_browser, _module) = (null, null);
        return BrowserPart.EndAsync(browser, "stop", module);
    }

    private Task CloseAsync()
    {
        _subscription?.Dispose();
        _subscription = null;
        return Task.CompletedTask;
    }

    private async Task JoinAsync()
    {
        try
        {
            await members.JoinAsync(Viewer, RoomId, _stop.Token);
            await OpenAsync();
        }
        catch (RefusedException refusal)
        {
            _refused = refusal;
        }
    }

    private async Task ShowAsync()
    {
        if (_stop.IsCancellationRequested || (_subscription is null && _refused is null))
        {
            return;
        }

        var before = _view?.Room.Name;
        _view = _refused is null ? _subscription?.Current : null;
        _wasMember |= _view is not null;
        if (_view is not null)
        {
            var last = _window.Items.Count > 0 ? _window.Items[^1].Sequence : 0;
            _window.Apply(_view.Room, _follows);
            if (!_visible && _newAfter is null && _window.Items.Any(message => message.Sequence > last && message.AuthorId != Viewer.UserId))
            {
                _newAfter = Math.Max(_read, last);
            }

            Layout();
        }

        else if (_browser is not null)
        {
            // The composer goes with the room; should the person come back, it starts anew.
            await StopBrowserAsync();
            (_starting, _started) = (false, false);
        }

        if (before != _view?.Room.Name)
        {
            await OnNamed.InvokeAsync(_view?.Room.Name);
        }

        StateHasChanged();
        if (_view is { Room: var room } && _window.Misses(room))
        {
            await RenewAsync();
        }
    }

    // The room was not looked at for longer than its snapshot remembers: what is shown is read again, and stays where it is.
    private async Task RenewAsync()
    {
        try
        {
            var pages = new List<MessagePage>();
            for (long after = _window.Items[0].Sequence - 1, last = _window.Items[^1].Sequence; after < last; after += ChatRooms.MaxPage)
            {
                pages.Add(await chat.ReadAsync(Viewer, RoomId, null, after, (int)Math.Min(ChatRooms.MaxPage, last - after), _stop.Token));
            }

            _window.Renew(pages);
            Layout();
            StateHasChanged();
        }
        catch (RefusedException)
        {
            _ = ReopenAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private void Layout()
    {
        _today = DayWords.Today(clock, _zone);
        _rows = ChatRows.Of(_window.Items, _window.HasOlder, Viewer.UserId, _view?.MayModerate == true, _zone, _today, _newAfter, _rows);
    }

    // At midnight today becomes yesterday; a day's line is another element then, and none is news.
    private Task TurnAsync() =>
        _view is null || _stop.IsCancellationRequested || DayWords.Today(clock, _zone) == _today ? Task.CompletedTask : LayoutQuietlyAsync();
}
