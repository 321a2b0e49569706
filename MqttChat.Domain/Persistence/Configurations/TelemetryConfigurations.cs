using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Domain.Persistence.Configurations;

internal sealed class PlugStateConfiguration : IEntityTypeConfiguration<PlugState>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<PlugState> builder)
    {
        builder.HasKey(state => state.PlugId);
        builder.Property(state => state.PlugId).ValueGeneratedNever();
        builder.HasIndex(state => new { state.Partition, state.Change });
    }
}

internal sealed class ChannelStateConfiguration : IEntityTypeConfiguration<ChannelState>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<ChannelState> builder)
    {
        builder.Property(state => state.Channel).HasMaxLength(64);
        builder.Property(state => state.Account).HasMaxLength(2000);
        builder.HasIndex(state => new { state.PlugId, state.Channel }).IsUnique();
        builder.HasIndex(state => new { state.Partition, state.Change });
    }
}

internal sealed class PowerSampleConfiguration : IEntityTypeConfiguration<PowerSample>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<PowerSample> builder) => builder.HasKey(sample => new { sample.ChannelId, sample.At });
}

internal sealed class EnergyRollupConfiguration : IEntityTypeConfiguration<EnergyRollup>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<EnergyRollup> builder) =>
        builder.HasKey(rollup => new { rollup.ChannelId, rollup.Resolution, rollup.BucketStart });
}

internal sealed class EnergyCheckpointConfiguration : IEntityTypeConfiguration<EnergyCheckpoint>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<EnergyCheckpoint> builder)
    {
        builder.HasKey(checkpoint => new { checkpoint.ChannelId, checkpoint.At });
        builder.Property(checkpoint => checkpoint.Account).HasMaxLength(2000);
    }
}

internal sealed class MeterResetConfiguration : IEntityTypeConfiguration<MeterReset>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<MeterReset> builder) =>
        builder.HasIndex(reset => new { reset.ChannelId, reset.At }).IsUnique();
}

internal sealed class IngestLeaseConfiguration : IEntityTypeConfiguration<IngestLease>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<IngestLease> builder)
    {
        builder.HasKey(lease => lease.Partition);
        builder.Property(lease => lease.Partition).ValueGeneratedNever();
        builder.Property(lease => lease.Holder).HasMaxLength(128);
    }
}

internal sealed class PendingAcknowledgementConfiguration : IEntityTypeConfiguration<PendingAcknowledgement>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<PendingAcknowledgement> builder) =>
        builder.HasKey(pending => new { pending.Partition, pending.Batch });
}

internal sealed class UntimedReportConfiguration : IEntityTypeConfiguration<UntimedReport>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<UntimedReport> builder)
    {
        builder.Property(report => report.Topic).HasMaxLength(512);
        builder.HasIndex(report => new { report.Partition, report.PlugId, report.Id });
    }
}

internal sealed class DeadLetterConfiguration : IEntityTypeConfiguration<DeadLetter>, ITelemetryConfiguration
{
    public void Configure(EntityTypeBuilder<DeadLetter> builder)
    {
        builder.Property(letter => letter.Topic).HasMaxLength(512);
        builder.Property(letter => letter.Payload).HasMaxLength(1024);
        builder.Property(letter => letter.Reason).HasMaxLength(64);
    }
}
