using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MqttChat.Domain.Persistence.Sqlite.Migrations.House
{
    /// <inheritdoc />
    public partial class PlugCredentials : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "OpenedBrokers",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    OpenedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    OpenedById = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OpenedBrokers", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PlugCredentials",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    UserName = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Family = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Mac = table.Column<string>(type: "TEXT", maxLength: 12, nullable: true),
                    Accounts = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    PasswordHash = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedById = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ReadyAt = table.Column<long>(type: "INTEGER", nullable: true),
                    FirstHeardAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PlugCredentials", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_PlugCredentials_UserName",
                table: "PlugCredentials",
                column: "UserName",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "OpenedBrokers");

            migrationBuilder.DropTable(
                name: "PlugCredentials");
        }
    }
}
