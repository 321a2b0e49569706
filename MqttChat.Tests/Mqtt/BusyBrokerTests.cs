using Microsoft.Extensions.Time.Testing;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>A broker that is late with its answers lives as long as it sends anything, and is sent no more than it reads.</summary>
public sealed class BusyBrokerTests
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task ALink_OverWhichAnythingComes_StandsWithoutAnswersAndEndsInSilence()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = new BusyBroker();
        await using var link = await BusyLink.ConnectAsync(broker.Port, KeepAlive, clock);
        var connection = link.Connection;
        var subscribing = connection.SubscribeAsync(["a/#"], qos: 1, noLocal: false, CancellationToken.None);

        // Longer than any answer may take of a broker that is silent.
        var (sent, waited) = (0, TimeSpan.Zero);
        await Eventually.TrueAsync(async () =>
        {
            await broker.SendAsync();
            sent++;
            await Eventually.TrueAsync(() => link.Received == sent);
            clock.Advance(KeepAlive / 3);
            waited += KeepAlive / 3;
            return waited > BrokerConnection.AnswerTimeout + KeepAlive && broker.Pings > 3;
        });
        Assert.False(connection.Lost.IsCompleted, "A link is left over which messages come");
        await broker.AnswerSubscriptionAsync();
        Assert.Empty(await subscribing);

        await Eventually.TrueAsync(() =>
        {
            clock.Advance(KeepAlive);
            return connection.Lost.IsCompleted;
        });
        Assert.Equal(BrokerReasons.Silent, await connection.Lost);
    }

    [Fact]
    public async Task AnAnswer_ThatComesAfterItsCallerLeft_EndsNothing()
    {
        await using var broker = new BusyBroker { AnswersPings = true };
        await using var link = await BusyLink.ConnectAsync(broker.Port, KeepAlive);
        var connection = link.Connection;
        using var impatient = new CancellationTokenSource();
        var subscribing = connection.SubscribeAsync(["a/#"], qos: 1, noLocal: false, impatient.Token);
        await Eventually.TrueAsync(() => broker.Pings > 0);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing);

        await broker.AnswerSubscriptionAsync();
        var pings = broker.Pings;
        await Eventually.TrueAsync(() => broker.Pings > pings + 1);

        Assert.False(connection.Lost.IsCompleted);
    }

    [Fact]
    public async Task Acknowledgements_GoOutAsTheBrokerReadsThem_MoreAtATimeWhileItIsQuickAndFewerWhileItIsSlow()
    {
        const int Messages = 720;
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = new BusyBroker();
        await using var link = await BusyLink.ConnectAsync(broker.Port, TimeSpan.FromMinutes(5), clock);
        for (ushort number = 1; number <= Messages; number++)
        {
            await broker.SendAsync(number);
        }

        await Eventually.TrueAsync(() => link.Received == Messages);
        var acknowledging = link.AcknowledgeAsync();
        var answered = 0;

        // What is sent before the answer to each question; from the sixth on the broker takes its time.
        foreach (var sent in (int[])[20, 40, 80, 160, 320, 520, 620, 670, 695, 707, 713, 718])
        {
            await Eventually.TrueAsync(() => broker.Acknowledgements >= sent && broker.Pings > answered);
            Assert.Equal(sent, broker.Acknowledgements);
            clock.Advance(sent >= 520 ? 2 * AcknowledgementFlow.Slow : TimeSpan.Zero);
            await broker.AnswerPingAsync();
            answered++;
        }

        await acknowledging;
        await Eventually.TrueAsync(() => broker.Acknowledgements == Messages);
    }
}
