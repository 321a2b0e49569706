using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Web.Shell;

/// <summary>Settings under <c>Data</c> and <c>Database</c>.</summary>
internal sealed class StoresOptions
{
    public string Provider { get; set; } = nameof(DatabaseProvider.Sqlite);

    public string House { get; set; } = "";
}

internal static class StoresSetup
{
    /// <summary>Finds out where the stores are, and adds them.</summary>
    public static WebApplicationBuilder AddStores(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StoresOptions>()
            .Configure<IConfiguration>((options, settings) =>
            {
                options.Provider = settings["Database:Provider"] ?? options.Provider;
                options.House = settings.GetConnectionString("House") ?? "";
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
        if (IsSqlServer(settings["Database:Provider"]))
        {
            var written = Or(telemetry, house ?? "");
            return new(DatabaseProvider.SqlServer, house ?? "", written, Or(readOnly, written));
        }

        var files = DatabaseOptions.SqliteIn(DataDirectory(settings));
        var file = Or(telemetry, files.Telemetry);
        return new(DatabaseProvider.Sqlite, Or(house, files.House), file, Or(readOnly, file));
    }

    /// <summary>Where files go; a relative path starts at the settings file, never at the current directory.</summary>
    public static string DataDirectory(IConfiguration settings) =>
        Path.Combine(AppContext.BaseDirectory, Or(settings["Data:Directory"], "data"));

    private static bool IsSqlServer(string? provider) =>
        string.Equals(provider, nameof(DatabaseProvider.SqlServer), StringComparison.OrdinalIgnoreCase);

    private static string Or(string? value, string otherwise) => string.IsNullOrWhiteSpace(value) ? otherwise : value;

    private sealed class StoresOptionsValidation : IValidateOptions<StoresOptions>
    {
        public ValidateOptionsResult Validate(string? name, StoresOptions options)
        {
            if (!Enum.TryParse<DatabaseProvider>(options.Provider, ignoreCase: true, out var provider) || !Enum.IsDefined(provider))
            {
                return ValidateOptionsResult.Fail($"Database:Provider: '{options.Provider}' is none of Sqlite, SqlServer.");
            }

            return provider == DatabaseProvider.SqlServer && options.House.Length == 0
                ? ValidateOptionsResult.Fail("ConnectionStrings:House: SQL Server needs a connection string.")
                : ValidateOptionsResult.Success;
        }
    }
}
