using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.SqlServer.Migrations.House
{
    /// <inheritdoc />
    public partial class PlugCredentials : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "OpenedBrokers",
                schema: "house",
                columns: table => new
                {
                    Id = table.Column<int>(type: "int", nullable: false),
                    OpenedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    OpenedById = table.Column<string>(type: "nvarchar(450)", maxLength: 450, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OpenedBrokers", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PlugCredentials",
                schema: "house",
                columns: table => new
                {
                    Id = table.Column<int>(type: "int", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    UserName = table.Column<string>(type: "nvarchar(32)", maxLength: 32, nullable: false),
                    Family = table.Column<string>(type: "nvarchar(32)", maxLength: 32, nullable: false),
                    Mac = table.Column<string>(type: "nvarchar(12)", maxLength: 12, nullable: true),
                    Accounts = table.Column<string>(type: "nvarchar(32)", maxLength: 32, nullable: false),
                    PasswordHash = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    CreatedById = table.Column<string>(type: "nvarchar(450)", maxLength: 450, nullable: false),
                    ReadyAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    FirstHeardAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PlugCredentials", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_PlugCredentials_UserName",
                schema: "house",
                table: "PlugCredentials",
                column: "UserName",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "OpenedBrokers",
                schema: "house");

            migrationBuilder.DropTable(
                name: "PlugCredentials",
                schema: "house");
        }
    }
}
