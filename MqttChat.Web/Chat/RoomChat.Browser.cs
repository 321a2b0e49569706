using Microsoft.JSInterop;
using MqttChat.Domain;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Chat;

/// <summary>What the browser's part of the page calls.</summary>
public sealed partial class RoomChat
{
    /// <summary>What became of a call: the person's words for a refusal, or null.</summary>
    public sealed record Answer(string? Error);

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
    public Task<Answer> SendAsync(string id, string text) =>
        AnswerAsync(() => chat.PostAsync(Viewer, RoomId, text, id, _stop.Token));

    /// <summary>The same into another room, which the person left before its page was live.</summary>
    [JSInvokable]
    public Task<Answer> SendToAsync(int roomId, string id, string text) =>
        AnswerAsync(() => chat.PostAsync(Viewer, roomId, text, id, _stop.Token));

    /// <summary>Changes an own message.</summary>
    [JSInvokable]
    public Task<Answer> EditAsync(long id, string text) =>
        AnswerAsync(() => chat.EditAsync(Viewer, id, text, null, _stop.Token));

    /// <summary>Deletes a message.</summary>
    [JSInvokable]
    public Task<Answer> DeleteAsync(long id) =>
        AnswerAsync(() => chat.DeleteAsync(Viewer, id, _stop.Token));

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

    private async Task<Answer> AnswerAsync(Func<Task> act)
    {
        try
        {
            await act();
            return new Answer(null);
        }
        catch (RefusedException refusal)
        {
            return new Answer(refusals.For(refusal));
        }
    }
}
