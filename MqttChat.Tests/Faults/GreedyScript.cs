using System.Net.WebSockets;
using System.Text;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>What a person's script may do with that person's cookie.</summary>
internal sealed class GreedyScript(CircuitPerson person, int room)
{
    private static readonly byte[] Handshake = Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e");
    private static readonly byte[] Ping = [2, 0x91, 6];
    private readonly CancellationTokenSource _end = new();
    private readonly List<ClientWebSocket> _sockets = [];
    private readonly List<CircuitClient> _pages = [];
    private readonly List<Task> _loops = [];
    private int _events;

    /// <summary>Events sent so far.</summary>
    public int Events => Volatile.Read(ref _events);

    /// <summary>One page once, so that what is made at the first is there before anything is measured.</summary>
    public async Task TryAsync()
    {
        await using var page = await person.OpenAsync($"/rooms/{room}");
    }

    /// <summary>Sockets that never start a circuit: every other one says that it is alive, the rest say nothing at all.</summary>
    public async Task OpenSocketsAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var socket = new ClientWebSocket();
            _sockets.Add(socket);
            socket.Options.SetRequestHeader("Cookie", person.Cookie);
            socket.Options.SetRequestHeader("Origin", person.BaseAddress.GetLeftPart(UriPartial.Authority));
            try
            {
                await socket.ConnectAsync(new UriBuilder(new Uri(person.BaseAddress, "/_blazor")) { Scheme = "ws" }.Uri, _end.Token);
                if (number % 2 == 0)
                {
                    await socket.SendAsync(Handshake, WebSocketMessageType.Text, true, _end.Token);
                    _loops.Add(StayAsync(socket));
                }
            }
            catch (WebSocketException)
            {
                // Refused: that is the program's right.
            }
        }
    }

    /// <summary>More pages than one person may have.</summary>
    public async Task OpenPagesAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            try
            {
                _pages.Add(await person.OpenAsync($"/rooms/{room}", new() { Patience = TimeSpan.FromSeconds(8) }));
            }
            catch (Exception error) when (error is InvalidOperationException or TimeoutException or OperationCanceledException or WebSocketException)
            {
                // One too many.
            }
        }
    }

    /// <summary>Events of every kind that costs the program something, over all pages that are still open.</summary>
    public void StartEvents(int perSecond)
    {
        var open = _pages.Where(page => page.IsConnected).ToList();
        foreach (var page in open)
        {
            _loops.Add(Task.Run(() => SendEventsAsync(page, (double)perSecond / open.Count)));
        }
    }

    /// <summary>Everything ends without a goodbye, but the circuits are given up.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        foreach (var socket in _sockets)
        {
            socket.Abort();
            socket.Dispose();
        }

        await Task.WhenAll(_pages.Select(page => page.EndAsync()));
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendEventsAsync(CircuitClient page, double perSecond)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        for (var number = 0; await pace.WaitForNextTickAsync(_end.Token); number++)
        {
            await ((number % 4) switch
            {
                0 => page.SendAsync("start", "LoadOlder"),
                1 => page.SendAsync("start", "SetVisible", true),
                2 => page.SendAsync("start", "MarkRead", (long)number),
                _ => page.SendAsync("start", "JumpToEnd"),
            });
            Interlocked.Increment(ref _events);
        }
    }

    private async Task StayAsync(ClientWebSocket socket)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (await pace.WaitForNextTickAsync(_end.Token))
        {
            await socket.SendAsync(Ping, WebSocketMessageType.Binary, true, _end.Token);
        }
    }
}
