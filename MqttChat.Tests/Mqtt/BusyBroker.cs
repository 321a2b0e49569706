using System.Net;
using System.Net.Sockets;

namespace MqttChat.Tests.Mqtt;

/// <summary>A broker of one client (MQTT 5) that goes on sending and answers only when it is told to; what the client sent is counted.</summary>
internal sealed class BusyBroker : IAsyncDisposable
{
    private const byte Connect = 0x10;
    private const byte Acknowledgement = 0x40;
    private const byte Subscribe = 0x82;
    private const byte Ping = 0xC0;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _running;
    private NetworkStream? _client;
    private byte[]? _subscribed;
    private int _pings;
    private int _acknowledgements;

    public BusyBroker()
    {
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Pings so far, answered or not.</summary>
    public int Pings => Volatile.Read(ref _pings);

    /// <summary>Acknowledgements of what it sent.</summary>
    public int Acknowledgements => Volatile.Read(ref _acknowledgements);

    /// <summary>Answers every ping at once.</summary>
    public bool AnswersPings { get; set; }

    /// <summary>Sends a message at QoS 0, or at QoS 1 with a number from 1.</summary>
    public Task SendAsync(ushort number = 0) => WriteAsync(number == 0
        ? [0x30, 0x05, 0x00, 0x01, (byte)'t', 0x00, (byte)'x']
        : [0x32, 0x07, 0x00, 0x01, (byte)'t', (byte)(number >> 8), (byte)number, 0x00, (byte)'x']);

    /// <summary>Answers one ping.</summary>
    public Task AnswerPingAsync() => WriteAsync([0xD0, 0x00]);

    /// <summary>Answers the subscription (of one filter), at last.</summary>
    public Task AnswerSubscriptionAsync()
    {
        var id = _subscribed!;
        return WriteAsync([0x90, 0x04, id[0], id[1], 0x00, 0x00]);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
        _writing.Dispose();
    }

    private async Task RunAsync()
    {
        using var socket = await _listener.AcceptTcpClientAsync(_ending.Token);
        socket.NoDelay = true;
        _client = socket.GetStream();
        while (true)
        {
            var head = new byte[1];
            await _client.ReadExactlyAsync(head, _ending.Token);
            var body = new byte[await LengthAsync()];
            await _client.ReadExactlyAsync(body, _ending.Token);
            await TakeAsync(head[0], body);
        }
    }

    private async Task TakeAsync(byte head, byte[] body)
    {
        switch (head)
        {
            case Connect:
                await WriteAsync([0x20, 0x03, 0x00, 0x00, 0x00]);
                break;
            case Subscribe:
                _subscribed = body[..2];
                break;
            case Acknowledgement:
                Interlocked.Increment(ref _acknowledgements);
                break;
            case Ping:
                Interlocked.Increment(ref _pings);
                await (AnswersPings ? AnswerPingAsync() : Task.CompletedTask);
                break;
        }
    }

    private async Task<int> LengthAsync()
    {
        var (value, shift) = (0, 0);
        var one = new byte[1];
        do
        {
            await _client!.ReadExactlyAsync(one, _ending.Token);
            value |= (one[0] & 0x7F) << shift;
            shift += 7;
        }
        while (one[0] >= 0x80);
        return value;
    }

    private async Task WriteAsync(byte[] packet)
    {
        await _writing.WaitAsync(_ending.Token);
        try
        {
            await _client!.WriteAsync(packet, _ending.Token);
        }
        finally
        {
            _writing.Release();
        }
    }
}
