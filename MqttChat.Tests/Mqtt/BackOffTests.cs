using MqttChat.Domain.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class BackOffTests
{
    [Fact]
    public void ForBroker_AfterManyTries_FindsAReturnedBrokerWithinTenSeconds()
    {
        var backOff = BackOff.ForBroker();

        var pauses = Enumerable.Range(0, 50).Select(_ => backOff.Next()).ToList();

        // The pause, and a login that takes as long as it may.
        Assert.All(pauses, pause => Assert.True(pause + BrokerConnection.AnswerTimeout <= TimeSpan.FromSeconds(10)));
        Assert.True(pauses[^1] > pauses[0]);
    }

    [Fact]
    public void Lease_OfAKilledHolder_EndsWithinTenSeconds() =>
        Assert.True(IngestLeases.Duration + IngestSession.AskForLease < TimeSpan.FromSeconds(10));
}
