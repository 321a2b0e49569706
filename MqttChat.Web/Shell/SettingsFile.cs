using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace MqttChat.Web.Shell;

internal static class SettingsFile
{
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
