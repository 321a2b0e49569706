using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Web.Accounts.Forms;
using MqttChat.Web.Accounts.Residents;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

internal static class AccountsSetup
{
    public const string LoginPath = "/account/login";

    /// <summary>The cookie of who is signed in.</summary>
    public const string CookieName = "mqttchat";

    private static readonly TimeSpan StampInterval = TimeSpan.FromMinutes(1);

    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAccountSettings();
        services.AddHouseAccounts().AddSignInManager<HouseSignIn>().AddDefaultTokenProviders()
            .AddTokenProvider<AuthenticatorCodes>(TokenOptions.DefaultAuthenticatorProvider)
            .AddClaimsPrincipalFactory<PersonClaims>().AddErrorDescriber<AccountErrors>();
        services.AddDataProtection().SetApplicationName("MqttChat").PersistKeysToDbContext<HouseDbContext>();
        services.Configure<DataProtectionTokenProviderOptions>(options => options.TokenLifespan = TimeSpan.FromHours(24));
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = StampInterval;
            options.OnRefreshingPrincipal = SignInClaims.KeepAsync;
        });
        services.AddScoped<ISecurityStampValidator, SignInValidator>();
        services.AddSingleton<KnownSignIns>().AddSingleton<PasskeyPlace>().AddScoped<PasskeyCeremony>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PasskeyPlace>((options, place) =>
        {
            // The passkey alone says who it is, so it names its owner itself and is opened by finger, face or code.
            (options.ServerDomain, options.ResidentKeyRequirement, options.UserVerificationRequirement) = (place.Domain, "required", "required");
        });
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<SiteLinks>(ConfigureCookie);
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorRememberMeScheme, options =>
            (options.ExpireTimeSpan, options.SlidingExpiration) = (SecondStep.DeviceRemembered, false));
        services.AddScoped<SecondStep>().AddSingleton<LinkTokens>();
        services.AddSingleton<KnownDevices>().AddSingleton<FormAnswers>().AddSingleton<RefusedForms>().AddSingleton<ShownOnce>();
        services.AddAntiforgery(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddSingleton<HostNames>().AddSingleton<SiteLinks>().AddSingleton<BoundAddress>().AddSingleton<HouseTimes>().AddScoped<PeopleDesk>().AddSingleton<CircuitLimit>().AddSingleton<CircuitSockets>().AddSingleton<OpenSignIns>().AddSingleton<CircuitPace>();
        services.AddScoped<PersonCircuit>().AddScoped<CircuitHandler>(scope => scope.GetRequiredService<PersonCircuit>());
        services.AddScoped<AuthenticationStateProvider, RevalidatedPerson>();
        services.AddSingleton<ResetMailer>().AddHostedService(provider => provider.GetRequiredService<ResetMailer>());
        services.AddHostedService<HouseOpening>();
        return builder.AddProvider().AddSecurityBaseline();
    }

    /// <summary>Who asks, and where they may go. The order matters: the language comes from the profile, so after authentication.</summary>
    public static WebApplication UseAccounts(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseRequestLocalization();
        app.UseMiddleware<SetupGate>();
        app.UseMiddleware<SecondFactorGate>();
        app.UseMiddleware<CircuitGate>();
        app.UseAuthorization();
        app.UseAntiforgery();
        return app;
    }

    public static WebApplication MapAccounts(this WebApplication app)
    {
        app.MapPost("/account/logout", async (SignInManager<AppUser> signIn, [FromForm] string? returnUrl) =>
        {
            if (PersonClaims.HasNoWayIn(signIn.Context.User))
            {
                return Results.LocalRedirect(LeavePage.Path);
            }

            var byProvider = signIn.Context.User.HasClaim(ClaimTypes.AuthenticationMethod, ProviderSetup.Scheme);
            await signIn.SignOutAsync();
            return Results.LocalRedirect(LocalPath.Of(returnUrl) ?? (byProvider ? $"{LoginPath}?done=provider" : LoginPath));
        }).WithMetadata(new WhenStale((http, form) => http.User.Identity?.IsAuthenticated == true ? null : LocalPath.Of(form?["returnUrl"]) ?? LoginPath));
        app.MapPasskeys();
        return app.MapProvider();
    }

    private static void AddAccountSettings(this IServiceCollection services)
    {
        services.AddOptions<AccountOptions>().BindConfiguration("Accounts").ValidateOnStart();
        services.AddOptions<AccountLimits>().BindConfiguration("Limits").ValidateOnStart();
        services.AddOptions<SmtpOptions>().BindConfiguration("Smtp").ValidateOnStart();
        services.AddOptions<ProxyOptions>().BindConfiguration("Site").ValidateOnStart();
        services.AddSingleton<AccountSettingsValidation>().AddAccountValidation<AccountOptions>().AddAccountValidation<AccountLimits>()
            .AddAccountValidation<SmtpOptions>().AddAccountValidation<ProxyOptions>();
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options, SiteLinks links)
    {
        options.LoginPath = LoginPath;
        options.ReturnUrlParameter = "returnUrl";
        options.ExpireTimeSpan = TimeSpan.FromDays(30);
        options.SlidingExpiration = true;
        options.Cookie.Name = CookieName;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;

        // Phones in a house without TLS would drop a Secure cookie.
        options.Cookie.SecurePolicy = links.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.Events.OnRedirectToLogin = context =>
        {
            // Who sends a form is told that it did not arrive.
            context.Response.Redirect(HttpMethods.IsGet(context.Request.Method)
                ? context.RedirectUri : QueryHelpers.AddQueryString(context.RedirectUri, "done", "expired"));
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync;
    }
}
