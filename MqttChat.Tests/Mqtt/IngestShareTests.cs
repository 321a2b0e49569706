using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class IngestShareTests
{
    [Theory]
    [InlineData(4, 1, 4)]
    [InlineData(4, 2, 2)]
    [InlineData(4, 3, 2)]
    [InlineData(1, 3, 1)]
    public async Task Share_OfSeveralInstances_IsRoundedUp_AndTheRestIsGivenBack(int partitions, int instances, int most)
    {
        var others = 0;
        var clock = new FakeTimeProvider();
        var share = new IngestShare(partitions, _ => Task.FromResult(1 + others), clock, NullLogger.Instance);
        for (var partition = 0; partition < partitions; partition++)
        {
            Assert.NotNull(await share.TryAcquireAsync(() => Lease(partition)));
        }

        others = instances - 1;
        using var stop = new CancellationTokenSource();
        var givenBack = 0;
        var running = share.RunAsync(
            excess =>
            {
                givenBack += excess;
                for (var left = 0; left < excess; left++)
                {
                    share.Left();
                }

                return Task.CompletedTask;
            },
            stop.Token);

        Assert.Equal(partitions - most, givenBack);
        Assert.Null(await share.TryAcquireAsync(() => Lease(0)));
        others = 0;
        clock.Advance(IngestInstances.Interval);
        await Eventually.TrueAsync(async () => givenBack == 0 || await share.TryAcquireAsync(() => Lease(0)) is not null);
        await stop.CancelAsync();
        await running;
    }

    private static Task<HeldLease?> Lease(int partition) => Task.FromResult<HeldLease?>(new(partition, 1, 1));
}
