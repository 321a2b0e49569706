using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Rooms;

/// <summary>The viewer's rooms with their unread counts, live.</summary>
public sealed partial class RoomList(
    RoomListFeed feed, RoomMembers members, RoomInvitations invitations, RefusalMessages refusals, NavigationManager navigation, CircuitLink link, DayTurns turns, IHttpContextAccessor http, HouseSettings house, TimeProvider clock,
    IStringLocalizer<RoomTexts> texts) : ComponentBase, IDisposable
{
    private IReadOnlyList<RoomSummary> _rooms = [];
    private RoomListSubscription? _subscription;
    private IDisposable? _linkSubscription;
    private IDisposable? _turnSubscription;
    private Coalescer? _renders;
    private RoomListViewing _viewing = null!;
    private bool _loaded;
    private (IReadOnlyList<RoomSummary> Rooms, RoomListViewing? Viewing, int? CurrentId, bool Loaded, string? Error) _drawn = ([], null, null, false, null);
    private bool _disposed;
    private int? _seen;

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public required Viewer Viewer { get; set; }

    /// <summary>The room that is open beside the list.</summary>
    [Parameter]
    public int? CurrentId { get; set; }

    /// <summary>
    /// True while that room is before the viewer's eyes: what comes in there is not told as unread, and its line is written on by the
    /// browser from the messages beside it, so that a message on the screen does not cost every page a second change.
    /// </summary>
    [Parameter]
    public bool IsCurrentSeen { get; set; }

    /// <summary>Called with the list whenever it changed.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<RoomSummary>> OnRooms { get; set; }

    private IStringLocalizer<RoomTexts> Texts => texts;

    private int? Seen => IsCurrentSeen ? CurrentId : null;

    /// <inheritdoc />
    public void Dispose()
    {
        _disposed = true;
        _linkSubscription?.Dispose();
        _turnSubscription?.Dispose();
        _subscription?.Dispose();
        _renders?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var (show, open) = (ViewerCulture.Keep(ShowAsync), ViewerCulture.Keep(OpenAsync));
        _renders = new Coalescer(
            _ => InvokeAsync(show), TimeSpan.FromMilliseconds(250), clock, error => _ = DispatchExceptionAsync(error));
        _linkSubscription = link.Subscribe(up => _ = InvokeAsync(() => up ? open() : CloseAsync()));
        _turnSubscription = turns.Subscribe(_renders.Request);
        var zone = ZoneCookie.Find(http.HttpContext) ?? house.Current.Zone;
        _viewing = new RoomListViewing(Viewer.UserId, zone, DayWords.Today(clock, zone));
        await OpenAsync();
    }

    /// <inheritdoc />
    protected override Task OnParametersSetAsync()
    {
        var seen = Seen;
        (var changed, _seen) = (_loaded && seen != _seen, seen);
        return changed ? ShowAsync() : Task.CompletedTask;
    }

    // The page around is told of every change, and draws itself and what is in it.
    /// <inheritdoc />
    protected override bool ShouldRender()
    {
        var next = (_rooms, _viewing, CurrentId, _loaded, _inviteError);
        (var changed, _drawn) = (next != _drawn, next);
        return changed;
    }

    private async Task OpenAsync()
    {
        try
        {
            var subscription = await feed.OpenAsync(Viewer, () => _renders?.Request(), CancellationToken.None);
            _subscription?.Dispose();
            _subscription = subscription;
            // Who left the list while the link was away told nobody.
            (_hasFocus, _pointerSince) = (false, null);
            if (_disposed)
            {
                subscription.Dispose();
                return;
            }

            await ShowAsync();
        }
        catch (RefusedException)
        {
            // The database is away: what is shown stays, and it is asked again soon.
            _ = ReopenAsync();
        }
        catch (Exception error) when (!_disposed)
        {
            await DispatchExceptionAsync(error);
        }
    }

    private async Task ReopenAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(2), clock);
        if (!_disposed)
        {
            await InvokeAsync(OpenAsync);
        }
    }

    private Task CloseAsync()
    {
        _subscription?.Dispose();
        _subscription = null;
        return Task.CompletedTask;
    }

    private async Task ShowAsync()
    {
        if (_disposed || _subscription?.Current is not { } read)
        {
            return;
        }

        var (seen, today) = (Seen, DayWords.Today(clock, _viewing.Zone));
        var isNewDay = today != _viewing.Today;
        var rooms = InOrder(read.Select(room => room.Id == seen ? AsSeen(room, isNewDay) : room)).ToArray();
        if (_loaded && !isNewDay && _rooms.SequenceEqual(rooms))
        {
            return;
        }

        (_rooms, _loaded) = (rooms, true);
        _viewing = isNewDay ? _viewing with { Today = today } : _viewing;
        await OnRooms.InvokeAsync(rooms);
        StateHasChanged();
    }

    // The open room's new messages are written into its line by the browser, which has them. On a new day lines are written anew, and one
    // that was changed or deleted must not stay there: the browser may be far up in the history.
    private RoomSummary AsSeen(RoomSummary room, bool isNewDay)
    {
        var shown = _rooms.FirstOrDefault(shown => shown.Id == room.Id);
        var isSame = shown?.Last is { } last && (last.AuthorId, last.SentAt) == (room.Last?.AuthorId, room.Last?.SentAt);
        return room with { Unread = 0, Last = shown is { IsMember: true } && !isNewDay && !isSame ? shown.Last : room.Last };
    }
}
