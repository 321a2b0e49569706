using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MqttChat.Tests.Support;

/// <summary>A way to a port that can be cut: whatever is under way is lost on both sides, as when a process is killed.</summary>
public sealed class TcpCut : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private readonly Task _accepting;

    public TcpCut(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>New connections are not let through either.</summary>
    public bool IsShut { get; set; }

    /// <summary>Cuts every connection without a goodbye; new ones are let through.</summary>
    public void CutAll()
    {
        foreach (var socket in _open.Keys)
        {
            // With no time to linger the system drops what is not sent and resets the connection. Null: it ended by itself.
            socket.Client?.Close(0);
            _open.TryRemove(socket, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            var near = await _listener.AcceptTcpClientAsync(_ending.Token);
            _ = ForwardAsync(near);
        }
    }

    private async Task ForwardAsync(TcpClient near)
    {
        using var far = new TcpClient();
        try
        {
            if (IsShut)
            {
                near.Client.Close(0);
                return;
            }

            await far.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
            (near.NoDelay, far.NoDelay) = (true, true);
            _open[near] = true;
            _open[far] = true;
            await Task.WhenAny(
                near.GetStream().CopyToAsync(far.GetStream(), _ending.Token),
                far.GetStream().CopyToAsync(near.GetStream(), _ending.Token));
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The target is away or the way was cut: the near side learns it by its own connection's end.
        }
        finally
        {
            near.Dispose();
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
        }
    }
}
