using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.SqlServer.Migrations.Telemetry
{
    /// <inheritdoc />
    public partial class EnergyByPlug : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "HeldPowerWatts",
                schema: "telemetry",
                table: "PowerSamples",
                type: "float",
                nullable: true);

            // Where one counter stood for all channels, only that one was added up; now every bucket is.
            migrationBuilder.Sql("""
                UPDATE [telemetry].EnergyRollups SET EnergyCountedKilowattHours = 0 WHERE ChannelId IN (
                    SELECT part.Id FROM [telemetry].ChannelStates AS part
                    INNER JOIN [telemetry].ChannelStates AS whole ON whole.PlugId = part.PlugId
                    WHERE part.Channel <> '' AND whole.Channel = '' AND whole.EnergyKilowattHours IS NOT NULL);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "HeldPowerWatts",
                schema: "telemetry",
                table: "PowerSamples");
        }
    }
}
