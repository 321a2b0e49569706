using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace MqttChat.Domain.Persistence.Postgres.Migrations.Telemetry
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "telemetry");

            migrationBuilder.CreateTable(
                name: "ChannelStates",
                schema: "telemetry",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PlugId = table.Column<int>(type: "integer", nullable: false),
                    Channel = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Partition = table.Column<int>(type: "integer", nullable: false),
                    IsOn = table.Column<bool>(type: "boolean", nullable: true),
                    ActivePowerWatts = table.Column<double>(type: "double precision", nullable: true),
                    EnergyKilowattHours = table.Column<double>(type: "double precision", nullable: true),
                    ReportedAt = table.Column<long>(type: "bigint", nullable: true),
                    LastSampleAt = table.Column<long>(type: "bigint", nullable: true),
                    EnergyCountedKilowattHours = table.Column<double>(type: "double precision", nullable: false),
                    Account = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true, collation: "C"),
                    DirtyFrom = table.Column<long>(type: "bigint", nullable: true),
                    Change = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ChannelStates", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "DeadLetters",
                schema: "telemetry",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Topic = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false, collation: "C"),
                    Payload = table.Column<byte[]>(type: "bytea", maxLength: 1024, nullable: false),
                    Reason = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    ReceivedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DeadLetters", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "EnergyCheckpoints",
                schema: "telemetry",
                columns: table => new
                {
                    ChannelId = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Account = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EnergyCheckpoints", x => new { x.ChannelId, x.At });
                });

            migrationBuilder.CreateTable(
                name: "EnergyRollups",
                schema: "telemetry",
                columns: table => new
                {
                    ChannelId = table.Column<int>(type: "integer", nullable: false),
                    Resolution = table.Column<int>(type: "integer", nullable: false),
                    BucketStart = table.Column<long>(type: "bigint", nullable: false),
                    EnergyCountedKilowattHours = table.Column<double>(type: "double precision", nullable: false),
                    SampleCount = table.Column<int>(type: "integer", nullable: false),
                    SumWatts = table.Column<double>(type: "double precision", nullable: false),
                    MinWatts = table.Column<double>(type: "double precision", nullable: true),
                    MaxWatts = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EnergyRollups", x => new { x.ChannelId, x.Resolution, x.BucketStart });
                });

            migrationBuilder.CreateTable(
                name: "IngestLeases",
                schema: "telemetry",
                columns: table => new
                {
                    Partition = table.Column<int>(type: "integer", nullable: false),
                    Holder = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    FencingNumber = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    LastChange = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IngestLeases", x => x.Partition);
                });

            migrationBuilder.CreateTable(
                name: "MeterResets",
                schema: "telemetry",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ChannelId = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    FromKilowattHours = table.Column<double>(type: "double precision", nullable: false),
                    ToKilowattHours = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MeterResets", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PendingAcknowledgements",
                schema: "telemetry",
                columns: table => new
                {
                    Partition = table.Column<int>(type: "integer", nullable: false),
                    Batch = table.Column<long>(type: "bigint", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    Deliveries = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PendingAcknowledgements", x => new { x.Partition, x.Batch });
                });

            migrationBuilder.CreateTable(
                name: "PlugStates",
                schema: "telemetry",
                columns: table => new
                {
                    PlugId = table.Column<int>(type: "integer", nullable: false),
                    Partition = table.Column<int>(type: "integer", nullable: false),
                    Availability = table.Column<int>(type: "integer", nullable: false),
                    LastReportAt = table.Column<long>(type: "bigint", nullable: true),
                    ClockOffsetMinutes = table.Column<int>(type: "integer", nullable: true),
                    Change = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PlugStates", x => x.PlugId);
                });

            migrationBuilder.CreateTable(
                name: "PowerSamples",
                schema: "telemetry",
                columns: table => new
                {
                    ChannelId = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    ActivePowerWatts = table.Column<double>(type: "double precision", nullable: true),
                    HeldPowerWatts = table.Column<double>(type: "double precision", nullable: true),
                    EnergyKilowattHours = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PowerSamples", x => new { x.ChannelId, x.At });
                });

            migrationBuilder.CreateTable(
                name: "UntimedReports",
                schema: "telemetry",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Partition = table.Column<int>(type: "integer", nullable: false),
                    PlugId = table.Column<int>(type: "integer", nullable: false),
                    Topic = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false, collation: "C"),
                    Payload = table.Column<byte[]>(type: "bytea", nullable: false),
                    ReceivedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UntimedReports", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ChannelStates_Partition_Change",
                schema: "telemetry",
                table: "ChannelStates",
                columns: new[] { "Partition", "Change" });

            migrationBuilder.CreateIndex(
                name: "IX_ChannelStates_PlugId_Channel",
                schema: "telemetry",
                table: "ChannelStates",
                columns: new[] { "PlugId", "Channel" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MeterResets_ChannelId_At",
                schema: "telemetry",
                table: "MeterResets",
                columns: new[] { "ChannelId", "At" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PlugStates_Partition_Change",
                schema: "telemetry",
                table: "PlugStates",
                columns: new[] { "Partition", "Change" });

            migrationBuilder.CreateIndex(
                name: "IX_UntimedReports_Partition_PlugId_Id",
                schema: "telemetry",
                table: "UntimedReports",
                columns: new[] { "Partition", "PlugId", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ChannelStates",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "DeadLetters",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "EnergyCheckpoints",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "EnergyRollups",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "IngestLeases",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "MeterResets",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "PendingAcknowledgements",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "PlugStates",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "PowerSamples",
                schema: "telemetry");

            migrationBuilder.DropTable(
                name: "UntimedReports",
                schema: "telemetry");
        }
    }
}
