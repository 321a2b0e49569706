using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public class TelemetryRetentionTests
{
    [Fact]
    public async Task Sweep_OldReadings_GoAndBucketsStay()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(house.Now, 100, 1.0));
        house.Stores.Clock.Advance(TimeSpan.FromDays(2));
        await house.StoreAsync(house.Sensor(house.Now, 100, 2.0));
        house.Stores.Clock.Advance(TimeSpan.FromDays(9));
        await house.StoreAsync(house.Sensor(house.Now, 100, 3.0));
        var buckets = (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours);

        await house.Stores.Services.GetRequiredService<TelemetryRetention>().SweepAsync(CancellationToken.None);

        // Eleven days old: the newest checkpoint before the limit stays with its reading; nine days old: within the limit.
        Assert.Equal(3, (await house.SamplesAsync()).Count);
        house.Stores.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await house.Stores.Services.GetRequiredService<TelemetryRetention>().SweepAsync(CancellationToken.None));
        Assert.Equal(2, (await house.SamplesAsync()).Count);
        Assert.Equal(buckets, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 9);
    }

    [Fact]
    public async Task Recompute_LateReadingAfterASweep_CountsOnFromTheKeptCheckpoint()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(house.Now, null, 1.0));
        house.Stores.Clock.Advance(TimeSpan.FromDays(3));
        await house.StoreAsync(house.Sensor(house.Now, null, 4.0));
        house.Stores.Clock.Advance(TimeSpan.FromDays(12));
        await house.StoreAsync(house.Sensor(house.Now, null, 10.0));
        await house.Stores.Services.GetRequiredService<TelemetryRetention>().SweepAsync(CancellationToken.None);

        await house.StoreAsync(house.Sensor(house.Now.AddDays(-1), null, 5.0));
        await house.RecomputeAllAsync();

        Assert.Equal(9, (await house.ChannelAsync()).EnergyCountedKilowattHours, 9);
        Assert.Equal(9, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
        Assert.Equal(9, (await house.RollupsAsync(RollupResolution.FiveMinutes)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }

    [Theory]
    [InlineData(7, 2000, 1, false)]
    [InlineData(10, 2000, 1, true)]
    [InlineData(10, 1, 1, false)]
    [InlineData(10, 2000, 0, false)]
    public void Options_OutOfRange_NameTheirKey(int days, int receiveMaximum, int partitions, bool valid)
    {
        var telemetry = new TelemetryOptionsValidator().Validate(null, new TelemetryOptions { RawRetention = TimeSpan.FromDays(days) });
        var ingest = new IngestOptionsValidator().Validate(
            Options.DefaultName, new IngestOptions { ReceiveMaximum = receiveMaximum, Partitions = partitions });

        Assert.Equal(valid, telemetry.Succeeded && ingest.Succeeded);
        Assert.All((telemetry.Failures ?? []).Concat(ingest.Failures ?? []), message => Assert.Matches("^(Telemetry|Ingest):", message));
    }
}
