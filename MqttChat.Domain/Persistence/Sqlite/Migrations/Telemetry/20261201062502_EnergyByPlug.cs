using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.Sqlite.Migrations.Telemetry
{
    /// <inheritdoc />
    public partial class EnergyByPlug : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "HeldPowerWatts",
                table: "PowerSamples",
                type: "REAL",
                nullable: true);

            // Where one counter stood for all channels, only that one was added up; now every bucket is.
            migrationBuilder.Sql("""
                UPDATE EnergyRollups SET EnergyCountedKilowattHours = 0 WHERE ChannelId IN (
                    SELECT part.Id FROM ChannelStates AS part
                    INNER JOIN ChannelStates AS whole ON whole.PlugId = part.PlugId
                    WHERE part.Channel <> '' AND whole.Channel = '' AND whole.EnergyKilowattHours IS NOT NULL);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "HeldPowerWatts",
                table: "PowerSamples");
        }
    }
}
