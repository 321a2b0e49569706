using Microsoft.JSInterop;
using MqttChat.Domain;
using MqttChat.Domain.Chat;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Chat;

/// <summary>What the browser's part of the page calls.</summary>
public sealed partial class RoomChat
{
    /// <summary>What became of a call.</summary>
    /// <param name="Error">The person's words for a refusal, or null.</param>
    /// <param name="MayPass">The same again may go through a little later.</param>
    /// <param name="IsConflict">The message is another one by now than the change was based on.</param>
    /// <param name="Id">The message's number.</param>
    /// <param name="TextAt">Since when its text is as it is: what the next change is based on.</param>
    public sealed record Answer(string? Error = null, bool MayPass = false, bool IsConflict = false, long? Id = null, string? TextAt = null);

    /// <summary>An own message to be changed.</summary>
    public sealed record OwnMessage(long Id, string Text, string TextAt);

    /// <summary>Tells the browser's time zone and whether the tab can be seen.</summary>
    [JSInvokable]
    public async Task Hello(string? zone, bool visible)
    {
        await SeeAsync(visible);
        var found = ZoneCookie.Zone(zone, house.Current.Zone);
        if (found.Equals(_zone))
        {
            return;
        }

        _zone = found;
        await LayoutQuietlyAsync(anew: true);
    }

    /// <summary>The tab was shown or hidden; shown again, it catches up at once.</summary>
    [JSInvokable]
    public Task SetVisible(bool visible)
    {
        if (visible)
        {
            _subscription?.Refresh();
        }

        return SeeAsync(visible);
    }

    /// <summary>Posts; the same <paramref name="id"/> again is the same message.</summary>
    [JSInvokable]
    public Task<Answer> SendAsync(string id, string text) => SendToAsync(RoomId, id, text);

    /// <summary>The same into another room, which the person left before its page was live.</summary>
    [JSInvokable]
    public Task<Answer> SendToAsync(int roomId, string id, string text) =>
        AnswerAsync(async () => (await chat.PostAsync(Viewer, roomId, text, id, _stop.Token)).Message);

    /// <summary>Changes an own message, unless it was changed since <paramref name="basedOn"/>.</summary>
    [JSInvokable]
    public Task<Answer> EditAsync(long id, string text, DateTimeOffset? basedOn) =>
        AnswerAsync(async () => await chat.EditAsync(Viewer, id, text, basedOn, _stop.Token));

    /// <summary>The viewer's newest message, where the page does not hold it; null when there is none.</summary>
    [JSInvokable]
    public async Task<OwnMessage?> NewestOwn()
    {
        try
        {
            return await chat.NewestOwnAsync(Viewer, RoomId, _stop.Token) is { Text: { } text } newest
                ? new OwnMessage(newest.Id, text, MessageHtml.Moment(newest.TextAt))
                : null;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    /// <summary>Deletes a message.</summary>
    [JSInvokable]
    public Task<Answer> DeleteAsync(long id) =>
        AnswerAsync(async () =>
        {
            await chat.DeleteAsync(Viewer, id, _stop.Token);
            return null;
        });

    /// <summary>The person has seen the messages up to this one.</summary>
    [JSInvokable]
    public void MarkRead(long sequence)
    {
        if (_view is not null && sequence > _read)
        {
            _read = sequence;
            chat.MarkRead(Viewer, RoomId, sequence);
        }
    }

    /// <summary>Whether the reader is at the end, and goes on with what comes; above it what is there stays there.</summary>
    [JSInvokable]
    public void SetFollows(bool follows) => _follows = follows;

    /// <summary>Loads history before the first message.</summary>
    [JSInvokable]
    public Task LoadOlder() => _window is { HasOlder: true, Items.Count: > 0 }
        ? LoadAsync(async () => _window.AddOlder(
            await chat.ReadAsync(Viewer, RoomId, _window.Items[0].Sequence, null, HistoryPage, _stop.Token)))
        : Task.CompletedTask;

    /// <summary>Loads on after the last message, where history was scrolled far up.</summary>
    [JSInvokable]
    public Task LoadNewer() => _window is { AtEnd: false, Items.Count: > 0 }
        ? LoadAsync(async () => _window.AddNewer(
            await chat.ReadAsync(Viewer, RoomId, null, _window.Items[^1].Sequence, HistoryPage, _stop.Token)))
        : Task.CompletedTask;

    /// <summary>Goes back to the newest messages.</summary>
    [JSInvokable]
    public Task JumpToEnd() => LoadAsync(() =>
    {
        if (_view is not null)
        {
            _window.JumpToEnd(_view.Room);
        }

        return Task.CompletedTask;
    });

    /// <summary>Shows the messages around one: where the reader was before the page was loaded anew.</summary>
    [JSInvokable]
    public Task ShowAround(long sequence) => LoadAsync(() => JumpToAsync(sequence));

    private async Task JumpToAsync(long sequence)
    {
        var before = await chat.ReadAsync(Viewer, RoomId, sequence + 1, null, HistoryPage / 2, _stop.Token);
        _window.JumpTo(before, await chat.ReadAsync(Viewer, RoomId, null, sequence, HistoryPage, _stop.Token));
    }

    // Rows that look different are other elements: the log must not read them out as news.
    private async Task LayoutQuietlyAsync(bool anew = false)
    {
        var wasLoading = _loadingHistory;
        _loadingHistory = true;
        StateHasChanged();
        _rows = anew ? [] : _rows;
        Layout();
        StateHasChanged();
        await Task.Yield();
        if (!wasLoading)
        {
            _loadingHistory = false;
            StateHasChanged();
        }
    }

    private Task SeeAsync(bool visible)
    {
        (var before, _visible) = (_visible, visible);
        return before == visible ? Task.CompletedTask : OnSeen.InvokeAsync(visible);
    }

    private async Task LoadAsync(Func<Task> load)
    {
        if (_loadingHistory || _view is null)
        {
            return;
        }

        _loadingHistory = true;
        StateHasChanged();
        try
        {
            await load();
            if (_subscription?.Current is { } view)
            {
                _window.Apply(view.Room);
            }

            Layout();
            StateHasChanged();
            // The rows must be in the page before the log speaks again.
            await Task.Yield();
        }
        catch (RefusedException)
        {
            // The place stays as it is, and the next scroll tries again; who is no member any more is told by the feed.
            _subscription?.Refresh();
        }
        finally
        {
            _loadingHistory = false;
            StateHasChanged();
        }
    }

    private async Task<Answer> AnswerAsync(Func<Task<MessageView?>> act)
    {
        try
        {
            var message = await act();
            return new Answer(Id: message?.Id, TextAt: message is null ? null : MessageHtml.Moment(message.TextAt));
        }
        catch (RefusedException refusal)
        {
            return new Answer(
                refusals.For(refusal), refusal.Kind is RefusalKind.Unavailable or RefusalKind.TooMany, refusal.Code == "message.changedMeanwhile");
        }
    }
}
