namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>The commands of an ingest transaction; parameters are numbered in the order in which they are set.</summary>
internal static class SqliteTelemetrySql
{
    /// <summary>Checks the fencing number and takes the next change number in one.</summary>
    public const string Lease =
        "UPDATE IngestLeases SET LastChange = LastChange + 1 WHERE Partition = $1 AND FencingNumber = $2 RETURNING LastChange";

    public const string InsertChannel = """
        INSERT INTO ChannelStates (Partition, IsOn, ActivePowerWatts, EnergyKilowattHours, ReportedAt, LastSampleAt,
            EnergyCountedKilowattHours, Account, DirtyFrom, Change, PlugId, Channel)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING Id
        """;

    public const string UpdateChannel = """
        UPDATE ChannelStates SET Partition = $1, IsOn = $2, ActivePowerWatts = $3, EnergyKilowattHours = $4, ReportedAt = $5,
            LastSampleAt = $6, EnergyCountedKilowattHours = $7, Account = $8, DirtyFrom = $9, Change = $10
        WHERE Id = $11
        """;

    public const string Plug = """
        INSERT INTO PlugStates (PlugId, Partition, Availability, LastReportAt, ClockOffsetMinutes, Change)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (PlugId) DO UPDATE SET Partition = excluded.Partition, Availability = excluded.Availability,
            LastReportAt = excluded.LastReportAt, ClockOffsetMinutes = excluded.ClockOffsetMinutes, Change = excluded.Change
        """;

    public const string Sample =
        "INSERT INTO PowerSamples (ChannelId, At, ActivePowerWatts, EnergyKilowattHours, HeldPowerWatts) VALUES ($1, $2, $3, $4, $5)";

    public const string Retimed = "DELETE FROM PowerSamples WHERE ChannelId = $1 AND At BETWEEN $2 AND $3";

    public const string Rollup = """
        INSERT INTO EnergyRollups (ChannelId, Resolution, BucketStart, EnergyCountedKilowattHours, SampleCount, SumWatts, MinWatts, MaxWatts)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (ChannelId, Resolution, BucketStart) DO UPDATE SET
            EnergyCountedKilowattHours = EnergyCountedKilowattHours + excluded.EnergyCountedKilowattHours,
            SampleCount = SampleCount + excluded.SampleCount,
            SumWatts = SumWatts + excluded.SumWatts,
            MinWatts = min(coalesce(MinWatts, excluded.MinWatts), coalesce(excluded.MinWatts, MinWatts)),
            MaxWatts = max(coalesce(MaxWatts, excluded.MaxWatts), coalesce(excluded.MaxWatts, MaxWatts))
        """;

    public const string Checkpoint = """
        INSERT INTO EnergyCheckpoints (ChannelId, At, Account) VALUES ($1, $2, $3)
        ON CONFLICT (ChannelId, At) DO UPDATE SET Account = excluded.Account
        """;

    /// <summary>A later decision about the same moment replaces the earlier one.</summary>
    public const string Reset = """
        INSERT INTO MeterResets (ChannelId, At, Kind, FromKilowattHours, ToKilowattHours) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ChannelId, At) DO UPDATE SET
            Kind = excluded.Kind, FromKilowattHours = excluded.FromKilowattHours, ToKilowattHours = excluded.ToKilowattHours
        """;

    public const string Untimed =
        "INSERT INTO UntimedReports (Partition, PlugId, Topic, Payload, ReceivedAt) VALUES ($1, $2, $3, $4, $5)";

    public const string UntimedDone = "DELETE FROM UntimedReports WHERE Id = $1";

    public const string DeadLetter = "INSERT INTO DeadLetters (Topic, Payload, Reason, ReceivedAt) VALUES ($1, $2, $3, $4)";

    public const string DeadLetterBound = "DELETE FROM DeadLetters WHERE Id <= (SELECT max(Id) FROM DeadLetters) - $1";

    public const string Pending =
        "INSERT INTO PendingAcknowledgements (Partition, Batch, Count, Deliveries) VALUES ($1, $2, $3, $4)";

    public const string PendingDone = "DELETE FROM PendingAcknowledgements WHERE Partition = $1 AND Batch <= $2";

    /// <summary>Of one channel, from a time on.</summary>
    public static readonly string[] CountedAgain =
    [
        "DELETE FROM EnergyRollups WHERE ChannelId = $1 AND Resolution IN (5, 60) AND BucketStart >= $2",
        "DELETE FROM MeterResets WHERE ChannelId = $1 AND At >= $2",
        "DELETE FROM EnergyCheckpoints WHERE ChannelId = $1 AND At >= $2",
    ];
}
