using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.Sqlite.Migrations.House
{
    /// <inheritdoc />
    public partial class HouseAdministration : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ArchivedAt",
                table: "Rooms",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Label",
                table: "PlugCredentials",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Label",
                table: "Invitations",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Currency",
                table: "Houses",
                type: "TEXT",
                maxLength: 3,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FirstStepsDismissedAt",
                table: "Houses",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Language",
                table: "Houses",
                type: "TEXT",
                maxLength: 8,
                nullable: true);

            migrationBuilder.AddColumn<decimal>(
                name: "PricePerKilowattHour",
                table: "Houses",
                type: "TEXT",
                precision: 13,
                scale: 6,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TimeZone",
                table: "Houses",
                type: "TEXT",
                maxLength: 64,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ArchivedAt",
                table: "Rooms");

            migrationBuilder.DropColumn(
                name: "Label",
                table: "PlugCredentials");

            migrationBuilder.DropColumn(
                name: "Label",
                table: "Invitations");

            migrationBuilder.DropColumn(
                name: "Currency",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "FirstStepsDismissedAt",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "Language",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "PricePerKilowattHour",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "TimeZone",
                table: "Houses");
        }
    }
}
