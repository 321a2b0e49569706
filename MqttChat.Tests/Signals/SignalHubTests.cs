using Microsoft.Extensions.Logging.Abstractions;
using MqttChat.Domain.Signals;

namespace MqttChat.Tests.Signals;

public sealed class SignalHubTests
{
    private readonly SignalHub _hub = new(NullLogger<SignalHub>.Instance);

    [Fact]
    public void Publish_ToTwoSubscribers_ReachesBothAndTheWireOnce()
    {
        var (first, second) = (0, 0);
        var wire = new RecordingWire();
        _hub.ConnectWire(wire);
        using var one = _hub.Subscribe(ReloadSignal.Room(5), () => first++);
        using var two = _hub.Subscribe(ReloadSignal.Room(5), () => second++);
        using var other = _hub.Subscribe(ReloadSignal.Room(6), () => Assert.Fail("another room's"));

        _hub.Publish(ReloadSignal.Room(5));

        Assert.Equal((1, 1), (first, second));
        Assert.Equal([ReloadSignal.Room(5)], wire.Offered);
    }

    [Fact]
    public void Receive_FromTheWire_DoesNotGoBackToIt()
    {
        var wire = new RecordingWire();
        _hub.ConnectWire(wire);

        _hub.Receive(ReloadSignal.Power);

        Assert.Empty(wire.Offered);
    }

    [Fact]
    public void Publish_WithAFailingSubscriber_StillReachesTheNext()
    {
        var reached = false;
        using var bad = _hub.Subscribe(ReloadSignal.Power, () => throw new InvalidOperationException());
        using var good = _hub.Subscribe(ReloadSignal.Power, () => reached = true);

        _hub.Publish(ReloadSignal.Power);

        Assert.True(reached);
    }

    [Fact]
    public void Publish_AfterDispose_CallsNobody()
    {
        _hub.Subscribe(ReloadSignal.Power, () => Assert.Fail("disposed")).Dispose();

        _hub.Publish(ReloadSignal.Power);
        _hub.ReceiveAll();
    }

    [Fact]
    public void ReceiveAll_AfterAReconnect_CallsEverySubscriber()
    {
        var called = new List<string>();
        using var room = _hub.Subscribe(ReloadSignal.Room(1), () => called.Add("room"));
        using var power = _hub.Subscribe(ReloadSignal.Power, () => called.Add("power"));

        _hub.ReceiveAll();

        Assert.Equal(["power", "room"], called.Order());
    }

    private sealed class RecordingWire : ISignalWire
    {
        public List<ReloadSignal> Offered { get; } = [];

        public void Offer(ReloadSignal signal) => Offered.Add(signal);
    }
}
