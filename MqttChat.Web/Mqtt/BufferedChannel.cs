using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// A connection's bytes, many packets to a system call: it reads ahead (the client asks for a packet's head, its length and its
/// body one by one), and holds back what is written while it is asked to (acknowledgements of a batch).
/// </summary>
internal sealed class BufferedChannel(IMqttChannel inner, TimeProvider clock) : IMqttChannel
{
    private const int ReadAhead = 32 * 1024;
    private const int MostHeld = 16 * 1024;

    private readonly byte[] _read = new byte[ReadAhead];
    private readonly ArrayBufferWriter<byte> _held = new(1024);
    private readonly SemaphoreSlim _writing = new(1);
    private volatile bool _holding;
    private int _readFrom;
    private int _readTo;
    private long _heardAt = clock.GetTimestamp();

    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public bool IsSecureConnection => inner.IsSecureConnection;

    /// <summary>How long ago the last byte came in: a broker that sends anything lives, however late its answers are.</summary>
    public TimeSpan SilentFor => clock.GetElapsedTime(Interlocked.Read(ref _heardAt));

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    /// <summary>From here on what is written waits for <see cref="FlushAsync"/>, as far as there is room.</summary>
    public void Hold() => _holding = true;

    /// <summary>What is written goes out again; what was held goes with it.</summary>
    public void LetGo() => _holding = false;

    /// <summary>Sends what was held.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        LetGo();
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await SendHeldAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _readTo > _readFrom ? Task.FromResult(Take(buffer.AsSpan(offset, count)))
        : count >= ReadAhead ? HearAsync(buffer, offset, count, cancellationToken)
        : FillAsync(buffer, offset, count, cancellationToken);

    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_holding && _held.WrittenCount == 0)
            {
                await inner.WriteAsync(buffer, isEndOfPacket, cancellationToken).ConfigureAwait(false);
                return;
            }

            // Packets stay in order: what comes after something held goes behind it.
            foreach (var part in buffer)
            {
                _held.Write(part.Span);
            }

            if (!_holding || _held.WrittenCount >= MostHeld)
            {
                await SendHeldAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => inner.Dispose();

    private async Task SendHeldAsync(CancellationToken cancellation)
    {
        if (_held.WrittenCount > 0)
        {
            await inner.WriteAsync(new ReadOnlySequence<byte>(_held.WrittenMemory), isEndOfPacket: true, cancellation).ConfigureAwait(false);
            _held.ResetWrittenCount();
        }
    }

    private async Task<int> FillAsync(byte[] buffer, int offset, int count, CancellationToken cancellation)
    {
        _readFrom = 0;
        _readTo = await HearAsync(_read, 0, _read.Length, cancellation).ConfigureAwait(false);
        return Take(buffer.AsSpan(offset, count));
    }

    private async Task<int> HearAsync(byte[] buffer, int offset, int count, CancellationToken cancellation)
    {
        var read = await inner.ReadAsync(buffer, offset, count, cancellation).ConfigureAwait(false);
        if (read > 0)
        {
            Interlocked.Exchange(ref _heardAt, clock.GetTimestamp());
        }

        return read;
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _readTo - _readFrom);
        _read.AsSpan(_readFrom, count).CopyTo(buffer);
        _readFrom += count;
        return count;
    }
}

/// <summary>Makes the channel of one client, which connects once.</summary>
internal sealed class BufferedChannels(TimeProvider clock) : IMqttClientAdapterFactory
{
    /// <summary>The connection's bytes; null before it connects.</summary>
    public BufferedChannel? Channel { get; private set; }

    public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
    {
        IMqttChannel channel = options.ChannelOptions is MqttClientWebSocketOptions socket ? new MqttWebSocketChannel(socket) : new MqttTcpChannel(options);
        Channel = new BufferedChannel(channel, clock);
        var writer = new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax);
        return new MqttChannelAdapter(Channel, new MqttPacketFormatterAdapter(options.ProtocolVersion, writer), logger)
        {
            AllowPacketFragmentation = options.AllowPacketFragmentation,
            PacketInspector = packetInspector,
        };
    }
}
