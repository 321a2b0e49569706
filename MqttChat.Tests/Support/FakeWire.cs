using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;

namespace MqttChat.Tests.Support;

/// <summary>The bytes of a connection, handed in and kept by hand.</summary>
internal sealed class FakeWire : IMqttChannel
{
    public Queue<byte[]> Incoming { get; } = [];

    public List<byte[]> Written { get; } = [];

    public int Reads { get; private set; }

    public X509Certificate2 ClientCertificate => throw new NotSupportedException();

    public EndPoint RemoteEndPoint => throw new NotSupportedException();

    public EndPoint LocalEndPoint => throw new NotSupportedException();

    public bool IsSecureConnection => false;

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DisconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Reads++;
        var bytes = Incoming.TryDequeue(out var next) ? next : [];
        bytes.CopyTo(buffer, offset);
        return Task.FromResult(bytes.Length);
    }

    public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        Written.Add(buffer.ToArray());
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }
}
