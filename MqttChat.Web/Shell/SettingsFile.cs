using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace MqttChat.Web.Shell;

internal static class SettingsFile
{
    /// <summary>
    /// Pages and styles of a published program stand beside it, wherever it is started from; in the checkout they are found by
    /// the framework itself.
    /// </summary>
    public static WebApplicationOptions Options(string[] args) => new()
    {
        Args = args,
        ContentRootPath = Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")) ? AppContext.BaseDirectory : null,
    };

    /// <summary>
    /// Reads the repository's one <c>appsettings.json</c>, which the build copies beside the program. It goes under every
    /// other source: neither the current directory nor the content root decides whether it is found.
    /// </summary>
    public static WebApplicationBuilder AddSettingsFile(this WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory),
            Path = "appsettings.json",
            Optional = false,
        });
        return builder;
    }
}
