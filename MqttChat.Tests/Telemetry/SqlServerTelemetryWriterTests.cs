using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.SqlServer;
using MqttChat.Domain.Telemetry.Counting;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Ingest;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry;

public sealed class SqlServerTelemetryWriterTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [SqlServerFact]
    public async Task Write_TwoBatches_AddsUpBucketsAndKeepsStates()
    {
        await using var services = await MigratedAsync();
        var (writer, lease) = await WriterAsync(services);
        var channel = new ChannelHead { PlugId = 1, Channel = "1", ActivePowerWatts = 100, ReportedAt = At, LastSampleAt = At };

        var first = await writer.WriteAsync(Batch(lease, channel, At, 100), CancellationToken.None);
        channel.IsTouched = false;
        var second = await writer.WriteAsync(Batch(lease, channel, At.AddMinutes(1), 300), CancellationToken.None);

        Assert.Equal(first + 1, second);
        await using var store = await services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        Assert.Equal(2, await store.PowerSamples.CountAsync(sample => sample.ChannelId == channel.Id));
        var bucket = await store.EnergyRollups.SingleAsync(row => row.ChannelId == channel.Id && row.Resolution == RollupResolution.FiveMinutes);
        Assert.Equal((2, 400.0, 100.0, 300.0), (bucket.SampleCount, bucket.SumWatts, bucket.MinWatts!.Value, bucket.MaxWatts!.Value));
        Assert.Equal(second, (await store.PlugStates.SingleAsync(state => state.PlugId == 1)).Change);
        Assert.Equal(2, await store.PendingAcknowledgements.CountAsync(pending => pending.Partition == lease.Partition));
    }

    [SqlServerFact]
    public async Task Write_OldFencingNumber_WritesNothing()
    {
        await using var services = await MigratedAsync();
        var (writer, lease) = await WriterAsync(services);
        var channel = new ChannelHead { PlugId = 2, Channel = "1" };

        await Assert.ThrowsAsync<LeaseLostException>(() => writer.WriteAsync(
            Batch(lease with { FencingNumber = lease.FencingNumber - 1 }, channel, At, 1), CancellationToken.None));

        await using var store = await services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        Assert.False(await store.ChannelStates.AnyAsync(state => state.PlugId == 2));
    }

    private static TelemetryWrite Batch(HeldLease lease, ChannelHead channel, DateTimeOffset at, double watts)
    {
        var write = new TelemetryWrite(lease);
        write.Touch(channel);
        write.Touch(new PlugHead { PlugId = channel.PlugId, LastReportAt = at });
        write.Samples.Add(new StagedSample(channel, at, watts, null));
        write.Rollups.AddWatts(channel, at, watts);
        write.Checkpoints.Add(new StagedCheckpoint(channel, RollupTable.HourOf(at), EnergyAccount.Empty));
        write.DeadLetters.Add(new DeadLetter { Topic = "t", Payload = [1], Reason = "payload.notJson", ReceivedAt = at });
        write.Untimed.Add(new UntimedReport { PlugId = channel.PlugId, Topic = "t", Payload = [1], ReceivedAt = at });
        write.Deliveries.Add(new Delivery(1, 2));
        return write;
    }

    private static async Task<ServiceProvider> MigratedAsync()
    {
        var connection = SqlServerFactAttribute.ConnectionString!;
        var services = DatabaseSetup.BuildStores(new DatabaseOptions(DatabaseProvider.SqlServer, connection, connection, connection));
        await services.MigrateDatabasesAsync(CancellationToken.None);
        await using var store = await services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        await store.PowerSamples.ExecuteDeleteAsync();
        await store.EnergyRollups.ExecuteDeleteAsync();
        await store.EnergyCheckpoints.ExecuteDeleteAsync();
        await store.ChannelStates.ExecuteDeleteAsync();
        await store.PlugStates.ExecuteDeleteAsync();
        await store.PendingAcknowledgements.ExecuteDeleteAsync();
        return services;
    }

    private static async Task<(SqlServerTelemetryWriter Writer, HeldLease Lease)> WriterAsync(ServiceProvider services)
    {
        var leases = new IngestLeases(services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>(), TimeProvider.System);
        var lease = await leases.TryAcquireAsync(0, 1, "test", CancellationToken.None);
        return (new SqlServerTelemetryWriter(services.GetRequiredService<DatabaseOptions>()), lease!);
    }
}
