using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Signals;
using MqttChat.Web.Accounts;
using MqttChat.Web.Accounts.Forms;
using MqttChat.Web.Shell.Install;
using MqttChat.Web.Shell.Controls;
using MudBlazor;
using MudBlazor.Services;

namespace MqttChat.Web.Shell;

internal static class ShellSetup
{
    public static WebApplicationBuilder AddShell(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SignalHub>();
        builder.Services.AddSingleton<RefusalMessages>();
        builder.Services.AddSingleton<OfflineWorker>();
        builder.Services.AddLanguages();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddAuthorization();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            // A phone that was in a pocket for a few minutes finds its page as it was; more are not kept (memory).
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            circuits.DisconnectedCircuitMaxRetained = 100;

            // What a page that comes back later needs to go on without a reload: 2 KB each, for two hours.
            circuits.PersistedCircuitInMemoryMaxRetained = 200;
        }).AddHubOptions(hub =>
        {
            hub.AddFilter<CircuitPace>();
            hub.KeepAliveInterval = TimeSpan.FromSeconds(3);
        });
        builder.Services.AddLeanScriptJson();
        builder.Services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            mud.SnackbarConfiguration.PreventDuplicates = true;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
        });
        builder.Services.AddTransient<MudLocalizer, MudWords>();
        // Japanese as it is, not as numeric entities of eight bytes a character.
        builder.Services.AddWebEncoders(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        builder.Services.AddOptions<SiteOptions>().BindConfiguration("Site").ValidateOnStart();
        builder.Services.AddOptions<HouseOptions>().BindConfiguration("House").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SiteOptions>, SiteOptionsValidation>();
        builder.Services.AddSingleton<IValidateOptions<HouseOptions>, HouseOptionsValidation>();
        builder.Services.AddResponseCompression(options => options.EnableForHttps = true);
        return builder;
    }

    /// <summary>What every request passes before the features' own middleware.</summary>
    public static WebApplication UseShell(this WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use((http, next) =>
        {
            // Only for who asked for a page: run again as a POST, the page would ask for a form's token, and FormGate makes one of it. (Not
            // by UseWhen: a branch has no routing of its own, and would find the page as little as what was asked for.)
            if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)
                && http.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            return next(http);
        });
        app.UseResponseCompression();
        app.UseMiddleware<FormGate>();

        // From here on, so that the gate can show another page than the one that was asked for.
        app.UseRouting();
        return app;
    }

    public static WebApplication MapShell(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapGet("/", () => Results.LocalRedirect("/rooms"));
        app.MapLanguageChoice();
        app.MapInstall();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options =>
        {
            // The Content-Security-Policy says who may frame us; a second header would contradict it.
            options.ContentSecurityFrameAncestorsPolicy = null;
            // Costs about 200 KB a circuit, and compressed secrets beside chosen text can be guessed.
            options.DisableWebSocketCompression = true;
        });
        return app;
    }
}
