using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.Sqlite.Migrations.House
{
    /// <inheritdoc />
    public partial class EnergyByPlug : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "RemovedAt",
                table: "Plugs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AlterColumn<double>(
                name: "LimitWatts",
                table: "PlugChannels",
                type: "REAL",
                nullable: true,
                oldClrType: typeof(double),
                oldType: "REAL");

            // Nobody could set a limit before: what stands there is the limit of a socket.
            migrationBuilder.Sql("UPDATE PlugChannels SET LimitWatts = NULL;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "RemovedAt",
                table: "Plugs");

            migrationBuilder.AlterColumn<double>(
                name: "LimitWatts",
                table: "PlugChannels",
                type: "REAL",
                nullable: false,
                defaultValue: 3680.0,
                oldClrType: typeof(double),
                oldType: "REAL",
                oldNullable: true);
        }
    }
}
