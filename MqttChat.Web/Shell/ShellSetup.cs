using MqttChat.Domain.Signals;
using MudBlazor.Services;

namespace MqttChat.Web.Shell;

internal static class ShellSetup
{
    public static WebApplicationBuilder AddShell(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SignalHub>();
        builder.Services.AddLocalization();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        return builder;
    }

    public static WebApplication UseShell(this WebApplication app)
    {
        return app;
    }

    public static WebApplication MapShell(this WebApplication app)
    {
        return app;
    }
}
