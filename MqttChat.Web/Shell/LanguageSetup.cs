using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Accounts.Forms;
using MqttChat.Web.Shell.Languages;

namespace MqttChat.Web.Shell;

/// <summary>The languages the program speaks, and how a request's is found.</summary>
internal static class LanguageSetup
{
    public const string DefaultLanguage = "en";

    /// <summary>The claim that carries the language chosen in the profile.</summary>
    public const string LanguageClaim = "mqttchat:language";

    public static readonly string[] Languages = [.. AccountRules.Languages];

    /// <summary>The profile's choice, else the cookie of people who are not signed in, else the browser's, else the house's. Dates and numbers follow the browser's region.</summary>
    public static IServiceCollection AddLanguages(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddSingleton<ResourceManagerStringLocalizerFactory>().AddSingleton<IStringLocalizerFactory, IsolatingLocalizers>();
        IRequestCultureProvider[] choices =
        [
            new CustomRequestCultureProvider(FromProfile), new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider(),
            new CustomRequestCultureProvider(FromHouse),
        ];
        return services.AddRequestLocalization(options =>
        {
            options.SetDefaultCulture(DefaultLanguage);
            (options.SupportedCultures, options.SupportedUICultures) = (ViewerFormat.Supported, [.. Languages.Select(CultureInfo.GetCultureInfo)]);
            options.RequestCultureProviders.Clear();
            options.RequestCultureProviders.Add(new CustomRequestCultureProvider(http => ViewerFormat.OfAsync(http, choices)));
        });
    }

    /// <summary>Remembers the choice of people who are not signed in; the form is on every page.</summary>
    public static void MapLanguageChoice(this WebApplication app) =>
        app.MapPost("/language", (HttpContext http, [Microsoft.AspNetCore.Mvc.FromForm] string language, [Microsoft.AspNetCore.Mvc.FromForm] string? returnUrl) =>
        {
            if (Languages.Contains(language))
            {
                http.Response.Cookies.Append(
                    CookieRequestCultureProvider.DefaultCookieName,
                    CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
                    new CookieOptions { MaxAge = TimeSpan.FromDays(365), IsEssential = true, SameSite = SameSiteMode.Lax, HttpOnly = true });
            }

            return Results.LocalRedirect(LocalPath.Of(returnUrl) ?? "/");
        }).WithMetadata(new WhenStale((_, form) => LocalPath.Of(form?["returnUrl"]) ?? "/"));

    private static Task<ProviderCultureResult?> FromProfile(HttpContext http) =>
        Task.FromResult(http.User.FindFirst(LanguageClaim)?.Value is { Length: > 0 } language ? new ProviderCultureResult(language) : null);

    private static Task<ProviderCultureResult?> FromHouse(HttpContext http) =>
        Task.FromResult<ProviderCultureResult?>(new(http.RequestServices.GetRequiredService<HouseSettings>().Current.Language));
}
