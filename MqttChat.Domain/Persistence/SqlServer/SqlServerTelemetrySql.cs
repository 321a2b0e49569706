namespace MqttChat.Domain.Persistence.SqlServer;

/// <summary>
/// The commands of an ingest transaction in plain T-SQL: no MERGE, no table hints. A row is locked by updating it; within a
/// partition only the holder of the lease writes, so what was absent at the UPDATE is still absent at the INSERT.
/// </summary>
internal static class SqlServerTelemetrySql
{
    private const string S = TelemetryDbContext.Schema;

    /// <summary>Checks the fencing number and takes the next change number in one.</summary>
    public const string Lease = $"""
        UPDATE {S}.IngestLeases SET LastChange = LastChange + 1 OUTPUT inserted.LastChange
        WHERE [Partition] = @p1 AND FencingNumber = @p2;
        """;

    public const string InsertChannel = $"""
        INSERT INTO {S}.ChannelStates (PlugId, Channel, [Partition], Change, EnergyCountedKilowattHours) OUTPUT inserted.Id
        VALUES (@p1, @p2, @p3, @p4, 0);
        """;

    public const string CountedAgain = $"""
        DELETE FROM {S}.EnergyRollups WHERE ChannelId = @p1 AND BucketStart >= @p2;
        DELETE FROM {S}.MeterResets WHERE ChannelId = @p1 AND At >= @p2;
        DELETE FROM {S}.EnergyCheckpoints WHERE ChannelId = @p1 AND At >= @p2;
        """;

    /// <summary>A later decision about the same moment replaces the earlier one.</summary>
    public const string Redecided = $"DELETE FROM {S}.MeterResets WHERE ChannelId = @p1 AND At = @p2;";

    public const string Retimed = $"DELETE FROM {S}.PowerSamples WHERE ChannelId = @p1 AND At BETWEEN @p2 AND @p3;";

    public const string DeadLetterBound =
        $"DELETE FROM {S}.DeadLetters WHERE Id <= (SELECT MAX(Id) FROM {S}.DeadLetters) - @p1;";

    public const string Pending = $"""
        INSERT INTO {S}.PendingAcknowledgements ([Partition], Batch, [Count], Deliveries) VALUES (@p1, @p2, @p3, @p4);
        """;

    public const string PendingDone = $"DELETE FROM {S}.PendingAcknowledgements WHERE [Partition] = @p1 AND Batch <= @p2;";

    public static readonly BulkTable Samples = new(
        $"{S}.PowerSamples", ("ChannelId", typeof(int)), ("At", typeof(DateTimeOffset)), ("ActivePowerWatts", typeof(double)),
        ("EnergyKilowattHours", typeof(double)), ("HeldPowerWatts", typeof(double)));

    public static readonly BulkTable Resets = new(
        $"{S}.MeterResets", ("ChannelId", typeof(int)), ("At", typeof(DateTimeOffset)), ("Kind", typeof(int)),
        ("FromKilowattHours", typeof(double)), ("ToKilowattHours", typeof(double)));

    public static readonly BulkTable Untimed = new(
        $"{S}.UntimedReports", ("Partition", typeof(int)), ("PlugId", typeof(int)), ("Topic", typeof(string)), ("Payload", typeof(byte[])),
        ("ReceivedAt", typeof(DateTimeOffset)));

    public static readonly BulkTable DeadLetters = new(
        $"{S}.DeadLetters", ("Topic", typeof(string)), ("Payload", typeof(byte[])), ("Reason", typeof(string)),
        ("ReceivedAt", typeof(DateTimeOffset)));

    public static readonly BulkStage ChannelStage = new(
        new BulkTable(
            "#Channels", ("Id", typeof(int)), ("Partition", typeof(int)), ("IsOn", typeof(bool)), ("ActivePowerWatts", typeof(double)),
            ("EnergyKilowattHours", typeof(double)), ("ReportedAt", typeof(DateTimeOffset)), ("LastSampleAt", typeof(DateTimeOffset)),
            ("EnergyCountedKilowattHours", typeof(double)), ("Account", typeof(string)), ("DirtyFrom", typeof(DateTimeOffset)),
            ("Change", typeof(long))),
        """
        DROP TABLE IF EXISTS #Channels;
        CREATE TABLE #Channels (Id int NOT NULL PRIMARY KEY, [Partition] int NOT NULL, IsOn bit NULL, ActivePowerWatts float NULL,
            EnergyKilowattHours float NULL, ReportedAt datetimeoffset NULL, LastSampleAt datetimeoffset NULL,
            EnergyCountedKilowattHours float NOT NULL, Account nvarchar(2000) NULL, DirtyFrom datetimeoffset NULL, Change bigint NOT NULL);
        """,
        $"""
        UPDATE stored SET [Partition] = staged.[Partition], IsOn = staged.IsOn, ActivePowerWatts = staged.ActivePowerWatts,
            EnergyKilowattHours = staged.EnergyKilowattHours, ReportedAt = staged.ReportedAt, LastSampleAt = staged.LastSampleAt,
            EnergyCountedKilowattHours = staged.EnergyCountedKilowattHours, Account = staged.Account, DirtyFrom = staged.DirtyFrom,
            Change = staged.Change
        FROM {S}.ChannelStates AS stored INNER JOIN #Channels AS staged ON staged.Id = stored.Id;
        """);

    public static readonly BulkStage PlugStage = new(
        new BulkTable(
            "#Plugs", ("PlugId", typeof(int)), ("Partition", typeof(int)), ("Availability", typeof(int)),
            ("LastReportAt", typeof(DateTimeOffset)), ("ClockOffsetMinutes", typeof(int)), ("Change", typeof(long))),
        """
        DROP TABLE IF EXISTS #Plugs;
        CREATE TABLE #Plugs (PlugId int NOT NULL PRIMARY KEY, [Partition] int NOT NULL, Availability int NOT NULL,
            LastReportAt datetimeoffset NULL, ClockOffsetMinutes int NULL, Change bigint NOT NULL);
        """,
        $"""
        UPDATE stored SET [Partition] = staged.[Partition], Availability = staged.Availability, LastReportAt = staged.LastReportAt,
            ClockOffsetMinutes = staged.ClockOffsetMinutes, Change = staged.Change
        FROM {S}.PlugStates AS stored INNER JOIN #Plugs AS staged ON staged.PlugId = stored.PlugId;
        INSERT INTO {S}.PlugStates (PlugId, [Partition], Availability, LastReportAt, ClockOffsetMinutes, Change)
        SELECT PlugId, [Partition], Availability, LastReportAt, ClockOffsetMinutes, Change FROM #Plugs AS staged
        WHERE NOT EXISTS (SELECT 1 FROM {S}.PlugStates AS stored WHERE stored.PlugId = staged.PlugId);
        """);

    public static readonly BulkStage RollupStage = new(
        new BulkTable(
            "#Rollups", ("ChannelId", typeof(int)), ("Resolution", typeof(int)), ("BucketStart", typeof(DateTimeOffset)),
            ("EnergyCountedKilowattHours", typeof(double)), ("SampleCount", typeof(int)), ("SumWatts", typeof(double)),
            ("MinWatts", typeof(double)), ("MaxWatts", typeof(double))),
        """
        DROP TABLE IF EXISTS #Rollups;
        CREATE TABLE #Rollups (ChannelId int NOT NULL, Resolution int NOT NULL, BucketStart datetimeoffset NOT NULL,
            EnergyCountedKilowattHours float NOT NULL, SampleCount int NOT NULL, SumWatts float NOT NULL, MinWatts float NULL,
            MaxWatts float NULL, PRIMARY KEY (ChannelId, Resolution, BucketStart));
        """,
        $"""
        UPDATE stored SET EnergyCountedKilowattHours = stored.EnergyCountedKilowattHours + staged.EnergyCountedKilowattHours,
            SampleCount = stored.SampleCount + staged.SampleCount, SumWatts = stored.SumWatts + staged.SumWatts,
            MinWatts = CASE WHEN stored.MinWatts <= staged.MinWatts OR staged.MinWatts IS NULL THEN stored.MinWatts ELSE staged.MinWatts END,
            MaxWatts = CASE WHEN stored.MaxWatts >= staged.MaxWatts OR staged.MaxWatts IS NULL THEN stored.MaxWatts ELSE staged.MaxWatts END
        FROM {S}.EnergyRollups AS stored INNER JOIN #Rollups AS staged ON staged.ChannelId = stored.ChannelId
            AND staged.Resolution = stored.Resolution AND staged.BucketStart = stored.BucketStart;
        INSERT INTO {S}.EnergyRollups (ChannelId, Resolution, BucketStart, EnergyCountedKilowattHours, SampleCount, SumWatts, MinWatts, MaxWatts)
        SELECT ChannelId, Resolution, BucketStart, EnergyCountedKilowattHours, SampleCount, SumWatts, MinWatts, MaxWatts
        FROM #Rollups AS staged
        WHERE NOT EXISTS (SELECT 1 FROM {S}.EnergyRollups AS stored WHERE stored.ChannelId = staged.ChannelId
            AND stored.Resolution = staged.Resolution AND stored.BucketStart = staged.BucketStart);
        """);

    public static readonly BulkStage CheckpointStage = new(
        new BulkTable("#Checkpoints", ("ChannelId", typeof(int)), ("At", typeof(DateTimeOffset)), ("Account", typeof(string))),
        """
        DROP TABLE IF EXISTS #Checkpoints;
        CREATE TABLE #Checkpoints (ChannelId int NOT NULL, At datetimeoffset NOT NULL, Account nvarchar(2000) NOT NULL,
            PRIMARY KEY (ChannelId, At));
        """,
        $"""
        UPDATE stored SET Account = staged.Account
        FROM {S}.EnergyCheckpoints AS stored INNER JOIN #Checkpoints AS staged
            ON staged.ChannelId = stored.ChannelId AND staged.At = stored.At;
        INSERT INTO {S}.EnergyCheckpoints (ChannelId, At, Account)
        SELECT ChannelId, At, Account FROM #Checkpoints AS staged
        WHERE NOT EXISTS (SELECT 1 FROM {S}.EnergyCheckpoints AS stored WHERE stored.ChannelId = staged.ChannelId AND stored.At = staged.At);
        """);

    public static readonly BulkStage UntimedDoneStage = new(
        new BulkTable("#UntimedDone", ("Id", typeof(long))),
        """
        DROP TABLE IF EXISTS #UntimedDone;
        CREATE TABLE #UntimedDone (Id bigint NOT NULL PRIMARY KEY);
        """,
        $"DELETE stored FROM {S}.UntimedReports AS stored INNER JOIN #UntimedDone AS staged ON staged.Id = stored.Id;");
}
