using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace MqttChat.Tests.Support;

public sealed partial class CircuitClient
{
    private const string RendererGiven = "Blazor._internal.attachWebRendererInterop";
    private const int ObjectResult = 1;
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);
    private static readonly byte[] Handshake = "{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray();
    private byte[] _buffer = new byte[8 * 1024];
    private int _batches;
    private long _batchBytes;
    private long _receivedBytes;
    private long _browserObjects;

    private async Task ConnectAsync()
    {
        _socket = new ClientWebSocket();
        _socket.Options.SetRequestHeader("Cookie", _person.Cookie);
        _socket.Options.SetRequestHeader("Origin", Origin);
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        var address = new UriBuilder(new Uri(_person.BaseAddress, "/_blazor")) { Scheme = _person.BaseAddress.Scheme == "https" ? "wss" : "ws" };
        using var limit = new CancellationTokenSource(_settings.Patience);
        await _socket.ConnectAsync(address.Uri, limit.Token);
        await _socket.SendAsync(Handshake, WebSocketMessageType.Text, true, limit.Token);
        var answer = await _socket.ReceiveAsync(_buffer.AsMemory(), limit.Token);
        Assert.Equal("{}\u001e", Encoding.UTF8.GetString(_buffer, 0, answer.Count));
        _receiving = Task.Run(() => ReceiveAsync(_socket));
        _pings = new Timer(_ => _ = SendAsync(CircuitPack.Pinging()), null, PingInterval, PingInterval);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The link is down; what waits for an answer runs into its own limit.
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync(ClientWebSocket socket)
    {
        var filled = 0;
        try
        {
            while (true)
            {
                if (filled == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }

                var received = await socket.ReceiveAsync(_buffer.AsMemory(filled), CancellationToken.None).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                var at = Stopwatch.GetTimestamp();
                Interlocked.Add(ref _receivedBytes, received.Count);
                filled += received.Count;
                var answers = new List<ReadOnlyMemory<byte>>();
                filled = Take(at, filled, answers);
                foreach (var answer in answers)
                {
                    await SendAsync(answer).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Dropped: by the test, or by the server.
        }

        _pings?.Dispose();
    }

    /// <summary>Handles every whole message, moves the rest to the front; how much that is.</summary>
    private int Take(long at, int filled, List<ReadOnlyMemory<byte>> answers)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, filled);
        while (CircuitUnpack.TryTake(ref rest, out var message))
        {
            Handle(at, message, answers);
        }

        rest.CopyTo(_buffer);
        return rest.Length;
    }

    private void Handle(long at, ReadOnlySpan<byte> message, List<ReadOnlyMemory<byte>> answers)
    {
        var reader = new CircuitUnpack(message);
        reader.Array();
        switch (reader.Number())
        {
            case CircuitPack.Invocation:
                reader.Skip();
                reader.Skip();
                var target = reader.Text();
                reader.Array();
                Called(at, target!, ref reader, answers);
                break;
            case CircuitPack.Completion:
                reader.Skip();
                Completed(ref reader);
                break;
            case CircuitPack.Close:
                Failed(reader.Text());
                break;
        }
    }

    // Result kinds: 1 an error, 2 nothing, 3 a value.
    private void Completed(ref CircuitUnpack reader)
    {
        var id = reader.Text()!;
        var kind = reader.Number();
        if (_waiting.TryGetValue(id, out var waiting))
        {
            waiting.TrySetResult((kind != 1, kind == 2 ? null : reader.AnyText()));
        }
    }

    private void Called(long at, string target, ref CircuitUnpack reader, List<ReadOnlyMemory<byte>> answers)
    {
        switch (target)
        {
            case "JS.RenderBatch":
                var batchId = reader.Number();
                Rendered(at, reader.Bytes());
                answers.Add(CircuitPack.Call(null, "OnRenderCompleted", batchId, null));
                break;
            case "JS.BeginInvokeJS":
                var (handle, name, arguments, result) = (reader.Number(), reader.Text()!, reader.Text() ?? "[]", reader.Number());
                CalledBrowser(at, name, arguments);
                if (handle != 0)
                {
                    answers.Add(CircuitPack.Call(null, "EndInvokeJSFromDotNet", handle, true, $"[{handle},true,{Answer(name, result)}]"));
                }

                break;
            case "JS.EndInvokeDotNet":
                var (id, succeeded, json) = (reader.Text()!, reader.Truth(), reader.Text());
                if (_waiting.TryGetValue(id, out var waiting))
                {
                    waiting.TrySetResult((succeeded, json));
                }

                break;
            case "JS.Error":
                Failed(reader.Text() ?? "gone");
                break;
        }
    }

    // A circuit that was given up complains about what was still under way to it.
    private void Failed(string? why)
    {
        if (!_isLeaving)
        {
            Error ??= why;
            _live.TrySetException(new InvalidOperationException(why));
        }
    }

    private void Rendered(long at, ReadOnlySpan<byte> batch)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _batchBytes, batch.Length);
        if (_settings.KeepsPicture)
        {
            Picture.Apply(at, batch);
        }

        _live.TrySetResult();
        Look(at, batch);
        _settings.OnBatch?.Invoke(at, batch.ToArray());
    }

    private void CalledBrowser(long at, string name, string arguments)
    {
        const string Mark = "\"__dotNetObject\":";
        if (arguments.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var mark)
        {
            var digits = arguments.AsSpan(mark + Mark.Length);
            _objects[name] = long.Parse(digits[..digits.IndexOfAnyExceptInRange('0', '9')], provider: System.Globalization.CultureInfo.InvariantCulture);
        }

        if (name.EndsWith("navigateTo", StringComparison.Ordinal))
        {
            SentTo = arguments;
        }

        if (HasWatched())
        {
            Look(at, Encoding.UTF8.GetBytes(arguments));
        }

        _settings.OnCall?.Invoke(at, name, arguments);
    }

    private string Answer(string name, long result) => result switch
    {
        ObjectResult => $$"""{"__jsObjectId":{{Interlocked.Increment(ref _browserObjects)}}}""",
        _ when name == "zone" => "\"UTC\"",
        _ => "null",
    };

    private bool HasWatched()
    {
        lock (_gate)
        {
            return _watched.Count > 0;
        }
    }

    private void Look(long at, ReadOnlySpan<byte> shown)
    {
        lock (_gate)
        {
            for (var i = _watched.Count - 1; i >= 0; i--)
            {
                if (shown.IndexOf(_watched[i].Text) >= 0)
                {
                    _watched[i].Seen.TrySetResult(at);
                    _watched.RemoveAt(i);
                }
            }
        }
    }
}
