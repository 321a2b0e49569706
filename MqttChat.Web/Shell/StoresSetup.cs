using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Web.Shell;

/// <summary>Settings under <c>Data</c> and <c>Database</c>.</summary>
internal sealed class StoresOptions
{
    public string Provider { get; set; } = nameof(DatabaseProvider.Sqlite);

    /// <summary>By name, as they stand under <c>ConnectionStrings</c>; empty: the default.</summary>
    public Dictionary<string, string> Connections { get; } = [];
}

internal static class StoresSetup
{
    private static readonly string[] ConnectionNames = ["House", "Telemetry", "TelemetryReadOnly"];

    /// <summary>Finds out where the stores are, and adds them.</summary>
    public static WebApplicationBuilder AddStores(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StoresOptions>()
            .Configure<IConfiguration>((options, settings) =>
            {
                options.Provider = settings["Database:Provider"] ?? options.Provider;
                foreach (var name in ConnectionNames)
                {
                    options.Connections[name] = settings.GetConnectionString(name) ?? "";
                }
            })
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<StoresOptions>, StoresOptionsValidation>();
        builder.Services.AddDatabases(Resolve(builder.Configuration));
        return builder;
    }

    private static DatabaseOptions Resolve(IConfiguration settings)
    {
        var (house, telemetry, readOnly) = (
            settings.GetConnectionString("House"), settings.GetConnectionString("Telemetry"), settings.GetConnectionString("TelemetryReadOnly"));
        if (Enum.TryParse<DatabaseProvider>(settings["Database:Provider"], ignoreCase: true, out var provider)
            && provider is DatabaseProvider.SqlServer or DatabaseProvider.Postgres)
        {
            var written = Or(telemetry, house ?? "");
            return new(provider, house ?? "", written, Or(readOnly, written));
        }

        var files = DatabaseOptions.SqliteIn(DataDirectory(settings));
        var file = Or(telemetry, files.Telemetry);
        return new(DatabaseProvider.Sqlite, Or(house, files.House), file, Or(readOnly, file));
    }

    /// <summary>Where files go; a relative path starts at the settings file, never at the current directory.</summary>
    public static string DataDirectory(IConfiguration settings) =>
        Path.Combine(AppContext.BaseDirectory, Or(settings["Data:Directory"], "data"));

    private static string Or(string? value, string otherwise) => string.IsNullOrWhiteSpace(value) ? otherwise : value;

    private sealed class StoresOptionsValidation : IValidateOptions<StoresOptions>
    {
        public ValidateOptionsResult Validate(string? name, StoresOptions options)
        {
            if (!Enum.TryParse<DatabaseProvider>(options.Provider, ignoreCase: true, out var provider) || !Enum.IsDefined(provider))
            {
                return ValidateOptionsResult.Fail($"Database:Provider: '{options.Provider}' is none of {string.Join(", ", Enum.GetNames<DatabaseProvider>())}.");
            }

            if (provider != DatabaseProvider.Sqlite && string.IsNullOrWhiteSpace(options.Connections["House"]))
            {
                return ValidateOptionsResult.Fail($"ConnectionStrings:House: {provider} needs a connection string.");
            }

            // Without the value: it may hold a password.
            var failures = options.Connections.Where(connection => DatabaseOptions.Fault(provider, connection.Value) is not null)
                .Select(connection => $"ConnectionStrings:{connection.Key}: {DatabaseOptions.Fault(provider, connection.Value)}").ToList();
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
