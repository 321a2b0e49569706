using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Domain.Persistence;

/// <summary>
/// Samples, latest states, rollups and the ingest's own state: a store of its own, so that a burst of reports never makes
/// a post wait.
/// </summary>
public abstract class TelemetryDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The schema on a server.</summary>
    public const string Schema = "telemetry";

    /// <summary>Latest states of plugs.</summary>
    public DbSet<PlugState> PlugStates => Set<PlugState>();

    /// <summary>Latest states of channels.</summary>
    public DbSet<ChannelState> ChannelStates => Set<ChannelState>();

    /// <summary>Raw readings.</summary>
    public DbSet<PowerSample> PowerSamples => Set<PowerSample>();

    /// <summary>Readings by bucket.</summary>
    public DbSet<EnergyRollup> EnergyRollups => Set<EnergyRollup>();

    /// <summary>Where recomputations may start.</summary>
    public DbSet<EnergyCheckpoint> EnergyCheckpoints => Set<EnergyCheckpoint>();

    /// <summary>Breaks of counters.</summary>
    public DbSet<MeterReset> MeterResets => Set<MeterReset>();

    /// <summary>Who writes which partition.</summary>
    public DbSet<IngestLease> IngestLeases => Set<IngestLease>();

    /// <summary>What the broker may deliver again.</summary>
    public DbSet<PendingAcknowledgement> PendingAcknowledgements => Set<PendingAcknowledgement>();

    /// <summary>Backlog that has no time yet.</summary>
    public DbSet<UntimedReport> UntimedReports => Set<UntimedReport>();

    /// <summary>What could not be read.</summary>
    public DbSet<DeadLetter> DeadLetters => Set<DeadLetter>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(
            typeof(TelemetryDbContext).Assembly, type => type.IsAssignableTo(typeof(ITelemetryConfiguration)));
    }
}
