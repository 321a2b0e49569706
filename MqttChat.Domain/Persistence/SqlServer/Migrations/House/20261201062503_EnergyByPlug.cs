using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.SqlServer.Migrations.House
{
    /// <inheritdoc />
    public partial class EnergyByPlug : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RemovedAt",
                schema: "house",
                table: "Plugs",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AlterColumn<double>(
                name: "LimitWatts",
                schema: "house",
                table: "PlugChannels",
                type: "float",
                nullable: true,
                oldClrType: typeof(double),
                oldType: "float");

            // Nobody could set a limit before: what stands there is the limit of a socket.
            migrationBuilder.Sql("UPDATE [house].[PlugChannels] SET LimitWatts = NULL;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "RemovedAt",
                schema: "house",
                table: "Plugs");

            migrationBuilder.AlterColumn<double>(
                name: "LimitWatts",
                schema: "house",
                table: "PlugChannels",
                type: "float",
                nullable: false,
                defaultValue: 3680.0,
                oldClrType: typeof(double),
                oldType: "float",
                oldNullable: true);
        }
    }
}
