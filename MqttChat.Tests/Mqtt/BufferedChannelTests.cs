using System.Buffers;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class BufferedChannelTests
{
    private readonly FakeWire _wire = new();
    private readonly BufferedChannel _channel;

    public BufferedChannelTests() => _channel = new BufferedChannel(_wire, TimeProvider.System);

    [Fact]
    public async Task Read_InPieces_GivesTheBytesInOrderAndAsksTheWireOnce()
    {
        _wire.Incoming.Enqueue([1, 2, 3, 4, 5]);
        _wire.Incoming.Enqueue([6]);
        var read = new byte[6];

        Assert.Equal(2, await _channel.ReadAsync(read, 0, 2, default));
        Assert.Equal(3, await _channel.ReadAsync(read, 2, 4, default));
        Assert.Equal(1, _wire.Reads);
        Assert.Equal(1, await _channel.ReadAsync(read, 5, 1, default));
        Assert.Equal([1, 2, 3, 4, 5, 6], read);
    }

    [Fact]
    public async Task Read_AtTheEnd_TellsTheEnd() => Assert.Equal(0, await _channel.ReadAsync(new byte[2], 0, 2, default));

    [Fact]
    public async Task Write_WhileHeld_GoesOutTogetherAtTheFlush()
    {
        _channel.Hold();
        await WriteAsync(1, 2);
        await WriteAsync(3);
        Assert.Empty(_wire.Written);

        await _channel.FlushAsync(default);
        await WriteAsync(4);

        Assert.Equal<byte[]>([[1, 2, 3], [4]], _wire.Written);
    }

    [Fact]
    public async Task Write_AfterAHoldThatWasNotFlushed_KeepsTheOrder()
    {
        _channel.Hold();
        await WriteAsync(1);
        _channel.LetGo();
        await WriteAsync(2);

        Assert.Equal<byte[]>([[1, 2]], _wire.Written);
    }

    [Fact]
    public async Task Write_OfMoreThanMayBeHeld_GoesOut()
    {
        _channel.Hold();
        await WriteAsync(new byte[20_000]);

        Assert.Equal(20_000, Assert.Single(_wire.Written).Length);
    }

    private Task WriteAsync(params byte[] bytes) => _channel.WriteAsync(new ReadOnlySequence<byte>(bytes), isEndOfPacket: true, default);
}
