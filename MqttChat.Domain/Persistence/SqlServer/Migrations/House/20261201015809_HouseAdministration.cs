using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.SqlServer.Migrations.House
{
    /// <inheritdoc />
    public partial class HouseAdministration : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ArchivedAt",
                schema: "house",
                table: "Rooms",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Label",
                schema: "house",
                table: "PlugCredentials",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Label",
                schema: "house",
                table: "Invitations",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Currency",
                schema: "house",
                table: "Houses",
                type: "nvarchar(3)",
                maxLength: 3,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "FirstStepsDismissedAt",
                schema: "house",
                table: "Houses",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Language",
                schema: "house",
                table: "Houses",
                type: "nvarchar(8)",
                maxLength: 8,
                nullable: true);

            migrationBuilder.AddColumn<decimal>(
                name: "PricePerKilowattHour",
                schema: "house",
                table: "Houses",
                type: "decimal(13,6)",
                precision: 13,
                scale: 6,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TimeZone",
                schema: "house",
                table: "Houses",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ArchivedAt",
                schema: "house",
                table: "Rooms");

            migrationBuilder.DropColumn(
                name: "Label",
                schema: "house",
                table: "PlugCredentials");

            migrationBuilder.DropColumn(
                name: "Label",
                schema: "house",
                table: "Invitations");

            migrationBuilder.DropColumn(
                name: "Currency",
                schema: "house",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "FirstStepsDismissedAt",
                schema: "house",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "Language",
                schema: "house",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "PricePerKilowattHour",
                schema: "house",
                table: "Houses");

            migrationBuilder.DropColumn(
                name: "TimeZone",
                schema: "house",
                table: "Houses");
        }
    }
}
