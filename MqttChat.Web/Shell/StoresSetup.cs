using MqttChat.Domain.Persistence;

namespace MqttChat.Web.Shell;

internal static class StoresSetup
{
    /// <summary>Finds out where the stores are, and adds them.</summary>
    public static WebApplicationBuilder AddStores(this WebApplicationBuilder builder)
    {
        builder.Services.AddDatabases(Resolve(builder.Configuration));
        return builder;
    }

    private static DatabaseOptions Resolve(IConfiguration settings)
    {
        var strings = settings.GetSection("ConnectionStrings");
        if (settings.GetValue<DatabaseProvider>("Database:Provider") == DatabaseProvider.SqlServer)
        {
            var telemetry = Or(strings["Telemetry"], strings["House"] ?? "");
            return new(DatabaseProvider.SqlServer, strings["House"] ?? "", telemetry, Or(strings["TelemetryReadOnly"], telemetry));
        }

        var files = DatabaseOptions.SqliteIn(Path.Combine(AppContext.BaseDirectory, Or(settings["Data:Directory"], "data")));
        var telemetryFile = Or(strings["Telemetry"], files.Telemetry);
        return new(DatabaseProvider.Sqlite, Or(strings["House"], files.House), telemetryFile, Or(strings["TelemetryReadOnly"], telemetryFile));
    }

    private static string Or(string? value, string otherwise) => string.IsNullOrWhiteSpace(value) ? otherwise : value;
}
