using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Web.Demo;
using MqttChat.Web.Demo.Loads;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Demo;

/// <summary>A month told through ingest, into real stores.</summary>
public class DemoHistoryTests : IAsyncLifetime
{
    private TestStores _stores = null!;
    private ThisInstance _instance = null!;
    private Plug _row = null!;

    public async Task InitializeAsync()
    {
        _row = new Plug
        {
            Id = 1, Family = "tasmota", Address = "kettle", TopicTemplate = "%prefix%/kettle", AdoptedAt = DateTimeOffset.UnixEpoch,
        };
        _stores = await TestStores.CreateAsync(services => services
            .AddSingleton<AdoptedPlugsSource>(_ => _ => Task.FromResult(new AdoptedPlugs([_row]))).AddTelemetryCore());
        _instance = new ThisInstance(_stores.Clock);
        Assert.NotNull(await _stores.Services.GetRequiredService<IngestLeases>().TryAcquireAsync(0, 1, _instance.Name, CancellationToken.None));
    }

    public async Task DisposeAsync() => await _stores.DisposeAsync();

    [Fact]
    public async Task Fill_AMonth_IsCountedWithoutABreak_AndLiveReportsGoOnFromIt()
    {
        var plug = NewPlug();

        await History().FillAsync(plug, CancellationToken.None);

        await using var store = await _stores.Telemetry.CreateDbContextAsync();
        var channel = await store.ChannelStates.SingleAsync();
        Assert.Equal(plug.Meter.KilowattHours(0), channel.EnergyKilowattHours);
        Assert.InRange(_stores.Clock.GetUtcNow() - channel.LastSampleAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.InRange(channel.EnergyCountedKilowattHours, 5, 40);
        Assert.Empty(store.MeterResets);
        foreach (var resolution in Enum.GetValues<RollupResolution>())
        {
            Assert.Equal(
                channel.EnergyCountedKilowattHours,
                await store.EnergyRollups.Where(row => row.Resolution == resolution).SumAsync(row => row.EnergyCountedKilowattHours), 6);
        }

        // Single readings only as far back as they are kept, sums for all of it.
        Assert.InRange(await store.PowerSamples.MinAsync(sample => sample.At), Ago(10).AddHours(-1), Ago(10));
        Assert.InRange(await store.EnergyRollups.MinAsync(row => row.BucketStart), Ago(30).AddHours(-1), Ago(29.9));

        // The counters of the status page know nothing of it.
        Assert.Null(_stores.Services.GetRequiredService<IngestCounters>().NewestReportAt);
        await GoesOnLiveAsync(plug, channel);
    }

    [Fact]
    public async Task Fill_CutShort_IsMadeGoodByTheNextStart_AndNothingIsThereTwice()
    {
        using var cut = new CancellationTokenSource();
        using var _ = _stores.Signals.Subscribe(Domain.Signals.ReloadSignal.Power, cut.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => History().FillAsync(NewPlug(), cut.Token));
        var before = await StateAsync();
        Assert.InRange(before.LastSampleAt!.Value, Ago(30), Ago(5));

        var again = NewPlug();
        again.Meter.Resume(0, before.EnergyKilowattHours!.Value, true, before.ReportedAt!.Value);
        await History().FillAsync(again, CancellationToken.None);

        var once = NewPlug();
        once.Meter.Count(_stores.Clock.GetUtcNow());
        await using var store = await _stores.Telemetry.CreateDbContextAsync();
        Assert.Equal(once.Meter.KilowattHours(0), (await StateAsync()).EnergyKilowattHours!.Value, 0.05);
        Assert.Empty(store.MeterResets);
        Assert.Null((await StateAsync()).DirtyFrom);
        Assert.True(await store.EnergyRollups.Where(row => row.Resolution == RollupResolution.FiveMinutes && row.BucketStart < Ago(11)).MaxAsync(row => row.SampleCount) <= 2);
    }

    private static async Task<ChannelState> StateAsync(TestStores stores)
    {
        await using var store = await stores.Telemetry.CreateDbContextAsync();
        return await store.ChannelStates.AsNoTracking().SingleAsync();
    }

    private Task<ChannelState> StateAsync() => StateAsync(_stores);

    private async Task GoesOnLiveAsync(SimulatedPlug plug, ChannelState before)
    {
        _stores.Clock.Advance(TimeSpan.FromSeconds(10));
        var now = _stores.Clock.GetUtcNow();
        plug.Meter.Count(now);
        var lease = await _stores.Services.GetRequiredService<IngestLeases>().ReadAsync(CancellationToken.None);
        await _stores.Services.GetRequiredService<ReportIngest>().StoreAsync(
            new HeldLease(0, 1, lease.Single(row => row.Partition == 0).FencingNumber),
            [new IncomingReport(plug.Speech.SensorTopic, System.Text.Encoding.UTF8.GetBytes(plug.Speech.Sensor()), false, 0, now, false)],
            CancellationToken.None);

        var after = await StateAsync();
        Assert.Equal(plug.Meter.KilowattHours(0), after.EnergyKilowattHours);
        Assert.InRange(after.EnergyCountedKilowattHours - before.EnergyCountedKilowattHours, 0, 0.02);
        Assert.Null(after.DirtyFrom);
    }

    private SimulatedPlug NewPlug() => new(
        new("kettle", "Kettle", "A4CF12000004", "Nous A1T"), new(),
        new SimulatedMeter([new KettleLoad(Mains.Most)], TimeZoneInfo.Utc, Ago(30), 58.3), 230, _stores.Clock);

    private DateTimeOffset Ago(double days) => _stores.Clock.GetUtcNow().AddDays(-days);

    private DemoHistory History() => new(
        _stores.Services.GetRequiredService<ReportIngest>(), _stores.Services.GetRequiredService<IngestLeases>(), _instance,
        _stores.Services.GetRequiredService<IOptions<TelemetryOptions>>(), _stores.Clock);
}
