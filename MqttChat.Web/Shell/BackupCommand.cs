using System.Data.Common;
using System.Globalization;
using System.Reflection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Backups;

namespace MqttChat.Web.Shell;

/// <summary><c>--backup FOLDER</c> and <c>--restore FOLDER</c>: a whole house into a folder, and back into an empty data directory.</summary>
internal static class BackupCommand
{
    private const string Backup = "--backup";
    private const string Restore = "--restore";
    private const int NotDone = 1;
    private const int WrongUse = 2;

    /// <summary>
    /// Null when neither command was given, else the exit code: 0 done, 1 refused or failed (nothing was overwritten), 2 used wrongly.
    /// Run before the migrations: a backup must leave the running program's stores as they are, and a restore needs them absent.
    /// </summary>
    public static async Task<int?> RunAsync(WebApplication app, string[] args, TextWriter output, CancellationToken cancellation = default)
    {
        if (args.Select(arg => arg.Split('=')[0]).FirstOrDefault(arg => arg is Backup or Restore) is not { } command)
        {
            return null;
        }

        if (await StartUp.TellSettingsErrorsAsync(app.Services) is { } wrong)
        {
            return wrong;
        }

        var database = app.Services.GetRequiredService<DatabaseOptions>();
        if (database.Provider != DatabaseProvider.Sqlite)
        {
            await output.WriteLineAsync(database.Provider == DatabaseProvider.Postgres
                ? $"{command} is for SQLite. This house's stores are on PostgreSQL: use pg_dump and pg_restore (docs/production.md)."
                : $"{command} is for SQLite. This house's stores are on SQL Server: use the server's own BACKUP DATABASE and RESTORE DATABASE (docs/production.md).");
            return WrongUse;
        }

        // Without a folder the settings' own reader takes the next argument for it.
        if (app.Configuration[command[2..]] is not { Length: > 0 } folder || folder.StartsWith("--", StringComparison.Ordinal))
        {
            await output.WriteLineAsync($"Usage: {command} FOLDER");
            return WrongUse;
        }

        var dataDirectory = StoresSetup.DataDirectory(app.Configuration);
        return await TellAsync(
            command == Backup
                ? () => BackUpAsync(database, dataDirectory, folder, cancellation)
                : () => RestoreAsync(app.Services, database, dataDirectory, folder, cancellation),
            output);
    }

    private static async Task<int> TellAsync(Func<Task<string>> work, TextWriter output)
    {
        try
        {
            await output.WriteLineAsync(await work());
            return 0;
        }
        catch (BackupRefusedException refused)
        {
            await output.WriteLineAsync(refused.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DbException)
        {
            await output.WriteLineAsync($"Not done: {error.Message}");
            await output.WriteLineAsync("  Is there room on the disk, and does this run as the user that MqttChat runs as?");
        }

        return NotDone;
    }

    private static async Task<string> BackUpAsync(DatabaseOptions database, string dataDirectory, string folder, CancellationToken cancellation)
    {
        var made = await new HouseBackup(database, dataDirectory, Version, TimeProvider.System).RunAsync(folder, cancellation);
        return $"The house as it was at {Text(made.TakenAt)} is in {Path.GetFullPath(folder)} ({Size(made)}), checked. It holds everything people said and the keys of sign-ins: keep it private.";
    }

    private static async Task<string> RestoreAsync(
        IServiceProvider services, DatabaseOptions database, string dataDirectory, string folder, CancellationToken cancellation)
    {
        var restored = await new HouseRestore(services, database, dataDirectory).RunAsync(Path.GetFullPath(folder), cancellation);
        return $"The house as it was at {Text(restored.TakenAt)} (MqttChat {restored.Version}, {Size(restored)}) is in {dataDirectory}, checked. Start MqttChat with this data directory.";
    }

    private static string Version =>
        typeof(BackupCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Size(BackupManifest manifest) =>
        string.Create(CultureInfo.InvariantCulture, $"{(manifest.House.Bytes + manifest.Telemetry.Bytes + manifest.Files.Sum(file => file.Bytes)) / 1e6:0.0} MB");
}
