using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Backups;

namespace MqttChat.Web.Shell;

/// <summary>What must be right before anything starts. What is wrong is told in plain lines, not as a stack trace.</summary>
internal static class StartUp
{
    private const int BadSettings = 2;
    private const int NoDatabase = 3;

    /// <summary>Checks every setting and migrates the stores. Null when all is well, else the exit code; the reasons are on standard error.</summary>
    public static async Task<int?> PrepareAsync(this WebApplication app)
    {
        if (await TellSettingsErrorsAsync(app.Services) is { } wrong)
        {
            return wrong;
        }

        var dataDirectory = StoresSetup.DataDirectory(app.Configuration);
        if (HouseRestore.IsUnfinished(dataDirectory))
        {
            await Console.Error.WriteLineAsync(
                $"A restore into {dataDirectory} (Data:Directory) was cut off. Delete all that is in that folder, and restore again.");
            return NoDatabase;
        }

        try
        {
            await app.Services.MigrateDatabasesAsync(app.Lifetime.ApplicationStopping);
            await app.Services.GetRequiredService<HouseSettings>().ReadAsync(app.Lifetime.ApplicationStopping);
            return null;
        }
        catch (Exception error) when (StoreFaults.IsFault(error) || error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(
                $"MqttChat cannot open or bring up to date its database ({app.Services.GetRequiredService<DatabaseOptions>().Provider}): {error.Message}");
            await Console.Error.WriteLineAsync(app.Services.GetRequiredService<DatabaseOptions>().Provider == DatabaseProvider.Sqlite
                ? $"  Is Data:Directory ({dataDirectory}) writable for {Environment.UserName}, the disk not full, no other program holding the file?"
                : "  Does the server of ConnectionStrings:House (and :Telemetry) run, answer there, know that user and password, and let it make schemas?");
            return NoDatabase;
        }
    }

    /// <summary>Null when all settings can be used, else the exit code; what is wrong is on standard error.</summary>
    public static async Task<int?> TellSettingsErrorsAsync(IServiceProvider services)
    {
        if (SettingsErrors(services) is not { Count: > 0 } errors)
        {
            return null;
        }

        await Console.Error.WriteLineAsync("MqttChat cannot start with these settings (appsettings.json, environment or arguments):");
        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync($"  - {error}");
        }

        return BadSettings;
    }

    private static List<string> SettingsErrors(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return [.. error.Failures];
        }
        catch (InvalidOperationException error) when (error.InnerException is not null)
        {
            // A value of the wrong kind ("many" for a number); the message names its key.
            return [error.Message];
        }
        catch (AggregateException error)
        {
            return [.. error.Flatten().InnerExceptions.SelectMany(
                inner => inner is OptionsValidationException invalid ? invalid.Failures : [inner.Message])];
        }
    }
}
