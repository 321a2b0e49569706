using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Rendering;
using MqttChat.Domain;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Rooms;

/// <summary>
/// How much the viewer has not read, on a page without a list of rooms; the browser (<c>app.js</c>) writes it into the title and
/// beside the way to the rooms.
/// </summary>
public sealed class UnreadCount(RoomListFeed feed, CircuitLink link, AuthenticationStateProvider state, TimeProvider clock) : ComponentBase, IDisposable
{
    private static readonly TimeSpan RenderInterval = TimeSpan.FromMilliseconds(500);
    private RoomListSubscription? _subscription;
    private IDisposable? _linkSubscription;
    private Coalescer? _renders;
    private int? _unread;
    private bool _disposed;

    /// <inheritdoc />
    public void Dispose()
    {
        _disposed = true;
        _linkSubscription?.Dispose();
        _subscription?.Dispose();
        _renders?.Dispose();
    }

    /// <inheritdoc />
    protected override Task OnInitializedAsync()
    {
        _renders = new Coalescer(_ => InvokeAsync(Show), RenderInterval, clock, error => _ = DispatchExceptionAsync(error));
        _linkSubscription = link.Subscribe(up => _ = InvokeAsync(() => up ? OpenAsync() : CloseAsync()));
        return OpenAsync();
    }

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (_unread is { } unread)
        {
            builder.OpenElement(0, "span");
            builder.AddAttribute(1, "hidden", true);
            builder.AddAttribute(2, "data-unread", unread);
            builder.CloseElement();
        }
    }

    private async Task OpenAsync()
    {
        try
        {
            if ((await state.GetAuthenticationStateAsync()).User is not { Identity.IsAuthenticated: true } person)
            {
                return;
            }

            var subscription = await feed.OpenAsync(person.ToViewer(), () => _renders?.Request(), CancellationToken.None);
            _subscription?.Dispose();
            _subscription = subscription;
            if (_disposed)
            {
                subscription.Dispose();
                return;
            }

            Show();
        }
        catch (RefusedException)
        {
            // The database is away: the next signal or the link's return asks again.
        }
    }

    private Task CloseAsync()
    {
        _subscription?.Dispose();
        _subscription = null;
        return Task.CompletedTask;
    }

    private void Show()
    {
        if (_disposed || _subscription?.Current is not { } rooms)
        {
            return;
        }

        var unread = rooms.Sum(room => room.Unread);
        if (unread != _unread)
        {
            _unread = unread;
            StateHasChanged();
        }
    }
}
