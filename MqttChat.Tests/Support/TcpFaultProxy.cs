using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace MqttChat.Tests.Support;

/// <summary>A way to a port that can be cut, be slow, drip, or fall silent with its connections open. All of it may change at any time.</summary>
public sealed class TcpFaultProxy : IAsyncDisposable
{
    private const int ChunkBytes = 16 * 1024;
    private static readonly TimeSpan DripPause = TimeSpan.FromMilliseconds(1);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _silence;

    public TcpFaultProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>New connections are not let through either.</summary>
    public bool IsShut { get; set; }

    /// <summary>How much later every byte arrives, each way; the order is kept and nothing else is held up.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>At most so many bytes at a time, a millisecond apart; 0 for as they come.</summary>
    public int DripBytes { get; set; }

    /// <summary>
    /// Half-open: connections stand and new ones are taken, but nothing is forwarded either way, as behind a router that
    /// forgot them. What is under way arrives when it ends.
    /// </summary>
    public bool IsHalfOpen
    {
        get => _silence is not null;
        set
        {
            if (value)
            {
                _silence ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else
            {
                (var silence, _silence) = (_silence, null);
                silence?.TrySetResult();
            }
        }
    }

    /// <summary>Cuts every connection without a goodbye, and what is under way is lost; new ones are let through.</summary>
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
        IsHalfOpen = false;
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
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        try
        {
            if (IsShut)
            {
                near.Client.Close(0);
                return;
            }

            await far.ConnectAsync(IPAddress.Loopback, _target, over.Token);
            (near.NoDelay, far.NoDelay) = (true, true);
            _open[near] = true;
            _open[far] = true;
            await Task.WhenAny(PumpAsync(near, far, over.Token), PumpAsync(far, near, over.Token));
        }
        catch (Exception error) when (IsEnd(error))
        {
            // The target is away or the way was cut: the near side learns it by its own connection's end.
        }
        finally
        {
            await over.CancelAsync();
            near.Dispose();
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
        }
    }

    /// <summary>One direction, until either side ends.</summary>
    private async Task PumpAsync(TcpClient from, TcpClient to, CancellationToken over)
    {
        var underWay = Channel.CreateBounded<(long At, byte[] Bytes)>(256);
        var reading = ReadAsync(from.GetStream(), underWay.Writer, over);
        var target = to.GetStream();
        await foreach (var (at, bytes) in underWay.Reader.ReadAllAsync(over))
        {
            if (Delay - Stopwatch.GetElapsedTime(at) is { Ticks: > 0 } left)
            {
                await Task.Delay(left, over);
            }

            await WriteAsync(target, bytes, over);
        }

        await reading;
    }

    private static async Task ReadAsync(NetworkStream source, ChannelWriter<(long At, byte[] Bytes)> underWay, CancellationToken over)
    {
        var buffer = new byte[ChunkBytes];
        try
        {
            while (await source.ReadAsync(buffer, over) is > 0 and var count)
            {
                await underWay.WriteAsync((Stopwatch.GetTimestamp(), buffer[..count]), over);
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // An end without a goodbye is an end.
        }
        finally
        {
            underWay.Complete();
        }
    }

    private async Task WriteAsync(NetworkStream target, byte[] bytes, CancellationToken over)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            if (_silence is { } silence)
            {
                await silence.Task.WaitAsync(over);
            }

            var drip = DripBytes;
            var count = drip == 0 ? bytes.Length - sent : Math.Min(drip, bytes.Length - sent);
            await target.WriteAsync(bytes.AsMemory(sent, count), over);
            sent += count;
            if (drip > 0)
            {
                await Task.Delay(DripPause, over);
            }
        }
    }

    private static bool IsEnd(Exception error) =>
        error is SocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
