using Microsoft.EntityFrameworkCore;
using MqttChat.Benchmarks.Load;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Benchmarks.Chat;

/// <summary>Adopted plugs with a past, written by SQL while the program is down.</summary>
internal static class SeededPlugs
{
    /// <summary>Plugs that reported just now; each with five-minute and hourly buckets of so many days.</summary>
    public static async Task AddPlugsAsync(this BenchHouse bench, int plugs, int days, CancellationToken cancellation)
    {
        await bench.App.StopAsync();
        var now = DateTimeOffset.UtcNow;
        await using var house = await bench.HouseAsync(cancellation);
        var rows = Enumerable.Range(0, plugs).Select(plug => new Plug
        {
            Family = "tasmota", Address = PlugReports.NameOf(plug), TopicTemplate = $"%prefix%/{PlugReports.NameOf(plug)}",
            Name = $"Plug {plug}", FirstHeardAt = now.AddDays(-days), AdoptedAt = now.AddDays(-days), ClockOffsetMinutes = 0,
        }).ToArray();
        house.AddRange(rows);
        await house.SaveChangesAsync(cancellation);
        await using var telemetry = await bench.TelemetryAsync(cancellation);
        telemetry.AddRange(rows.Select(plug => new PlugState { PlugId = plug.Id, Availability = Availability.Online, LastReportAt = now, ClockOffsetMinutes = 0, Change = 1 }));
        telemetry.AddRange(rows.Select(plug => new ChannelState
        {
            Id = plug.Id, PlugId = plug.Id, Channel = "1", IsOn = true, ActivePowerWatts = 20 + (plug.Id % 90), EnergyKilowattHours = 1000,
            EnergyCountedKilowattHours = 12.5, ReportedAt = now, LastSampleAt = now, Change = 1,
        }));
        if (await telemetry.IngestLeases.AnyAsync(cancellation))
        {
            await telemetry.IngestLeases.ExecuteUpdateAsync(set => set.SetProperty(lease => lease.LastChange, 1), cancellation);
        }
        else
        {
            telemetry.Add(new IngestLease { Holder = "seed", FencingNumber = 1, LastChange = 1, ExpiresAt = DateTimeOffset.UnixEpoch });
        }

        await telemetry.SaveChangesAsync(cancellation);
        await BucketsAsync(telemetry, RollupResolution.FiveMinutes, days, now, cancellation);
        await BucketsAsync(telemetry, RollupResolution.Hour, days, now, cancellation);
        await bench.App.StartAgainAsync();
    }

    /// <summary>So many readings in all that are older than the retention, with the checkpoint that lets them go.</summary>
    public static async Task AddOldSamplesAsync(this BenchHouse bench, int samples, CancellationToken cancellation)
    {
        await using var telemetry = await bench.TelemetryAsync(cancellation);
        telemetry.Database.SetCommandTimeout(120);
        var channels = await telemetry.ChannelStates.CountAsync(cancellation);
        var (each, first, step) = (samples / channels, DateTimeOffset.UtcNow.AddDays(-30).UtcTicks, TimeSpan.FromSeconds(10).Ticks);
        var checkpoint = DateTimeOffset.UtcNow.AddDays(-11).UtcTicks;
        await telemetry.Database.ExecuteSqlAsync(
            $"""
             WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < {each} - 1)
             INSERT INTO PowerSamples (ChannelId, At, ActivePowerWatts, EnergyKilowattHours)
             SELECT Id, {first} + n * {step}, 40 + n % 500, 0.001 * n FROM ChannelStates, number;
             INSERT INTO EnergyCheckpoints (ChannelId, At, Account) SELECT Id, {checkpoint}, Account FROM ChannelStates WHERE Account IS NOT NULL;
             """, cancellation);
    }

    private static Task BucketsAsync(
        Domain.Persistence.TelemetryDbContext telemetry, RollupResolution resolution, int days, DateTimeOffset now, CancellationToken cancellation)
    {
        var width = TimeSpan.FromMinutes((int)resolution).Ticks;
        var (count, last) = (days * TimeSpan.TicksPerDay / width, now.UtcTicks / width * width);
        return telemetry.Database.ExecuteSqlAsync(
            $"""
             WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < {count} - 1)
             INSERT INTO EnergyRollups (ChannelId, Resolution, BucketStart, EnergyCountedKilowattHours, SampleCount, SumWatts, MinWatts, MaxWatts)
             SELECT Id, {(int)resolution}, {last} - n * {width}, 0.01, 30, 30 * (20 + (n * 37 + Id * 11) % 900 + 0.3), 20, 920 FROM ChannelStates, number
             """, cancellation);
    }
}
