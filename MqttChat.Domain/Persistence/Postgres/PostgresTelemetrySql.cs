namespace MqttChat.Domain.Persistence.Postgres;

/// <summary>Rows that are copied into a temporary table and applied from there.</summary>
/// <param name="Name">The temporary table; its columns are what a row holds, in that order.</param>
/// <param name="Create">Makes it, once a connection; a commit empties it.</param>
/// <param name="Apply">What is done with its rows.</param>
internal sealed record PostgresStage(string Name, string Create, string Apply);

/// <summary>The commands of an ingest transaction; parameters are numbered in the order in which they are set. Times are UTC ticks.</summary>
internal static class PostgresTelemetrySql
{
    private const string S = TelemetryDbContext.Schema;

    /// <summary>Checks the fencing number, takes the row's lock and the next change number in one.</summary>
    public const string Lease =
        $"""UPDATE {S}."IngestLeases" SET "LastChange" = "LastChange" + 1 WHERE "Partition" = $1 AND "FencingNumber" = $2 RETURNING "LastChange" """;

    public const string InsertChannel = $"""
        INSERT INTO {S}."ChannelStates" ("PlugId", "Channel", "Partition", "Change", "EnergyCountedKilowattHours")
        VALUES ($1, $2, $3, $4, 0) RETURNING "Id"
        """;

    public const string Retimed = $"""DELETE FROM {S}."PowerSamples" WHERE "ChannelId" = $1 AND "At" BETWEEN $2 AND $3""";

    public const string UntimedDone = $"""DELETE FROM {S}."UntimedReports" WHERE "Id" = ANY($1)""";

    public const string DeadLetterBound = $"""DELETE FROM {S}."DeadLetters" WHERE "Id" <= (SELECT max("Id") FROM {S}."DeadLetters") - $1""";

    public const string Pending =
        $"""INSERT INTO {S}."PendingAcknowledgements" ("Partition", "Batch", "Count", "Deliveries") VALUES ($1, $2, $3, $4)""";

    public const string PendingDone = $"""DELETE FROM {S}."PendingAcknowledgements" WHERE "Partition" = $1 AND "Batch" <= $2""";

    public const string Samples = $"""{S}."PowerSamples" ("ChannelId", "At", "ActivePowerWatts", "EnergyKilowattHours", "HeldPowerWatts")""";

    public const string Untimed = $"""{S}."UntimedReports" ("Partition", "PlugId", "Topic", "Payload", "ReceivedAt")""";

    public const string DeadLetters = $"""{S}."DeadLetters" ("Topic", "Payload", "Reason", "ReceivedAt")""";

    /// <summary>Of one channel, from a time on.</summary>
    public static readonly string[] CountedAgain =
    [
        $"""DELETE FROM {S}."EnergyRollups" WHERE "ChannelId" = $1 AND "Resolution" IN (5, 60) AND "BucketStart" >= $2""",
        $"""DELETE FROM {S}."MeterResets" WHERE "ChannelId" = $1 AND "At" >= $2""",
        $"""DELETE FROM {S}."EnergyCheckpoints" WHERE "ChannelId" = $1 AND "At" >= $2""",
    ];

    public static readonly PostgresStage Channels = new(
        "staged_channels",
        """
        "Id" int, "Partition" int, "IsOn" boolean, "ActivePowerWatts" float8, "EnergyKilowattHours" float8, "ReportedAt" bigint,
        "LastSampleAt" bigint, "EnergyCountedKilowattHours" float8, "Account" text, "DirtyFrom" bigint, "Change" bigint
        """,
        $"""
        UPDATE {S}."ChannelStates" AS stored SET "Partition" = staged."Partition", "IsOn" = staged."IsOn",
            "ActivePowerWatts" = staged."ActivePowerWatts", "EnergyKilowattHours" = staged."EnergyKilowattHours",
            "ReportedAt" = staged."ReportedAt", "LastSampleAt" = staged."LastSampleAt",
            "EnergyCountedKilowattHours" = staged."EnergyCountedKilowattHours", "Account" = staged."Account",
            "DirtyFrom" = staged."DirtyFrom", "Change" = staged."Change"
        FROM staged_channels AS staged WHERE staged."Id" = stored."Id"
        """);

    public static readonly PostgresStage Plugs = new(
        "staged_plugs",
        """ "PlugId" int, "Partition" int, "Availability" int, "LastReportAt" bigint, "ClockOffsetMinutes" int, "Change" bigint""",
        $"""
        INSERT INTO {S}."PlugStates" ("PlugId", "Partition", "Availability", "LastReportAt", "ClockOffsetMinutes", "Change")
        SELECT "PlugId", "Partition", "Availability", "LastReportAt", "ClockOffsetMinutes", "Change" FROM staged_plugs
        ON CONFLICT ("PlugId") DO UPDATE SET "Partition" = excluded."Partition", "Availability" = excluded."Availability",
            "LastReportAt" = excluded."LastReportAt", "ClockOffsetMinutes" = excluded."ClockOffsetMinutes", "Change" = excluded."Change"
        """);

    public static readonly PostgresStage Rollups = new(
        "staged_rollups",
        """
        "ChannelId" int, "Resolution" int, "BucketStart" bigint, "EnergyCountedKilowattHours" float8, "SampleCount" int, "SumWatts" float8,
        "MinWatts" float8, "MaxWatts" float8
        """,
        $"""
        INSERT INTO {S}."EnergyRollups" AS stored ("ChannelId", "Resolution", "BucketStart", "EnergyCountedKilowattHours", "SampleCount",
            "SumWatts", "MinWatts", "MaxWatts")
        SELECT "ChannelId", "Resolution", "BucketStart", "EnergyCountedKilowattHours", "SampleCount", "SumWatts", "MinWatts", "MaxWatts"
        FROM staged_rollups
        ON CONFLICT ("ChannelId", "Resolution", "BucketStart") DO UPDATE SET
            "EnergyCountedKilowattHours" = stored."EnergyCountedKilowattHours" + excluded."EnergyCountedKilowattHours",
            "SampleCount" = stored."SampleCount" + excluded."SampleCount", "SumWatts" = stored."SumWatts" + excluded."SumWatts",
            "MinWatts" = least(stored."MinWatts", excluded."MinWatts"), "MaxWatts" = greatest(stored."MaxWatts", excluded."MaxWatts")
        """);

    public static readonly PostgresStage Checkpoints = new(
        "staged_checkpoints",
        """ "ChannelId" int, "At" bigint, "Account" text""",
        $"""
        INSERT INTO {S}."EnergyCheckpoints" ("ChannelId", "At", "Account") SELECT "ChannelId", "At", "Account" FROM staged_checkpoints
        ON CONFLICT ("ChannelId", "At") DO UPDATE SET "Account" = excluded."Account"
        """);

    /// <summary>A later decision about the same moment replaces the earlier one.</summary>
    public static readonly PostgresStage Resets = new(
        "staged_resets",
        """ "ChannelId" int, "At" bigint, "Kind" int, "FromKilowattHours" float8, "ToKilowattHours" float8""",
        $"""
        INSERT INTO {S}."MeterResets" ("ChannelId", "At", "Kind", "FromKilowattHours", "ToKilowattHours")
        SELECT "ChannelId", "At", "Kind", "FromKilowattHours", "ToKilowattHours" FROM staged_resets
        ON CONFLICT ("ChannelId", "At") DO UPDATE SET "Kind" = excluded."Kind", "FromKilowattHours" = excluded."FromKilowattHours",
            "ToKilowattHours" = excluded."ToKilowattHours"
        """);

    /// <summary>Makes the temporary tables of a new connection.</summary>
    public static string CreateStages { get; } = string.Concat(((PostgresStage[])[Channels, Plugs, Rollups, Checkpoints, Resets])
        .Select(stage => $"CREATE TEMPORARY TABLE {stage.Name} ({stage.Create}) ON COMMIT DELETE ROWS;"));
}
