using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.Sqlite.Migrations.Telemetry
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ChannelStates",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PlugId = table.Column<int>(type: "INTEGER", nullable: false),
                    Channel = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Partition = table.Column<int>(type: "INTEGER", nullable: false),
                    IsOn = table.Column<bool>(type: "INTEGER", nullable: true),
                    ActivePowerWatts = table.Column<double>(type: "REAL", nullable: true),
                    EnergyKilowattHours = table.Column<double>(type: "REAL", nullable: true),
                    ReportedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastSampleAt = table.Column<long>(type: "INTEGER", nullable: true),
                    EnergyCountedKilowattHours = table.Column<double>(type: "REAL", nullable: false),
                    Account = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    DirtyFrom = table.Column<long>(type: "INTEGER", nullable: true),
                    Change = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ChannelStates", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "DeadLetters",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Topic = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    Payload = table.Column<byte[]>(type: "BLOB", maxLength: 1024, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DeadLetters", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "EnergyCheckpoints",
                columns: table => new
                {
                    ChannelId = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Account = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EnergyCheckpoints", x => new { x.ChannelId, x.At });
                });

            migrationBuilder.CreateTable(
                name: "EnergyRollups",
                columns: table => new
                {
                    ChannelId = table.Column<int>(type: "INTEGER", nullable: false),
                    Resolution = table.Column<int>(type: "INTEGER", nullable: false),
                    BucketStart = table.Column<long>(type: "INTEGER", nullable: false),
                    EnergyCountedKilowattHours = table.Column<double>(type: "REAL", nullable: false),
                    SampleCount = table.Column<int>(type: "INTEGER", nullable: false),
                    SumWatts = table.Column<double>(type: "REAL", nullable: false),
                    MinWatts = table.Column<double>(type: "REAL", nullable: true),
                    MaxWatts = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EnergyRollups", x => new { x.ChannelId, x.Resolution, x.BucketStart });
                });

            migrationBuilder.CreateTable(
                name: "IngestLeases",
                columns: table => new
                {
                    Partition = table.Column<int>(type: "INTEGER", nullable: false),
                    Holder = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    FencingNumber = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastChange = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IngestLeases", x => x.Partition);
                });

            migrationBuilder.CreateTable(
                name: "MeterResets",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ChannelId = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    FromKilowattHours = table.Column<double>(type: "REAL", nullable: false),
                    ToKilowattHours = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MeterResets", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PendingAcknowledgements",
                columns: table => new
                {
                    Partition = table.Column<int>(type: "INTEGER", nullable: false),
                    Batch = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false),
                    Deliveries = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PendingAcknowledgements", x => new { x.Partition, x.Batch });
                });

            migrationBuilder.CreateTable(
                name: "PlugStates",
                columns: table => new
                {
                    PlugId = table.Column<int>(type: "INTEGER", nullable: false),
                    Partition = table.Column<int>(type: "INTEGER", nullable: false),
                    Availability = table.Column<int>(type: "INTEGER", nullable: false),
                    LastReportAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ClockOffsetMinutes = table.Column<int>(type: "INTEGER", nullable: true),
                    Change = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PlugStates", x => x.PlugId);
                });

            migrationBuilder.CreateTable(
                name: "PowerSamples",
                columns: table => new
                {
                    ChannelId = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    ActivePowerWatts = table.Column<double>(type: "REAL", nullable: true),
                    EnergyKilowattHours = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PowerSamples", x => new { x.ChannelId, x.At });
                });

            migrationBuilder.CreateTable(
                name: "UntimedReports",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Partition = table.Column<int>(type: "INTEGER", nullable: false),
                    PlugId = table.Column<int>(type: "INTEGER", nullable: false),
                    Topic = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    Payload = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UntimedReports", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ChannelStates_Partition_Change",
                table: "ChannelStates",
                columns: new[] { "Partition", "Change" });

            migrationBuilder.CreateIndex(
                name: "IX_ChannelStates_PlugId_Channel",
                table: "ChannelStates",
                columns: new[] { "PlugId", "Channel" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MeterResets_ChannelId_At",
                table: "MeterResets",
                columns: new[] { "ChannelId", "At" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PlugStates_Partition_Change",
                table: "PlugStates",
                columns: new[] { "Partition", "Change" });

            migrationBuilder.CreateIndex(
                name: "IX_UntimedReports_Partition_PlugId_Id",
                table: "UntimedReports",
                columns: new[] { "Partition", "PlugId", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ChannelStates");

            migrationBuilder.DropTable(
                name: "DeadLetters");

            migrationBuilder.DropTable(
                name: "EnergyCheckpoints");

            migrationBuilder.DropTable(
                name: "EnergyRollups");

            migrationBuilder.DropTable(
                name: "IngestLeases");

            migrationBuilder.DropTable(
                name: "MeterResets");

            migrationBuilder.DropTable(
                name: "PendingAcknowledgements");

            migrationBuilder.DropTable(
                name: "PlugStates");

            migrationBuilder.DropTable(
                name: "PowerSamples");

            migrationBuilder.DropTable(
                name: "UntimedReports");
        }
    }
}
