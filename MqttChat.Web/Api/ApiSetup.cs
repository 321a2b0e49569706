using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain.Accounts;
using Scalar.AspNetCore;

namespace MqttChat.Web.Api;

/// <summary>The HTTP API's common ground; the calls stand in one file per feature.</summary>
internal static class ApiSetup
{
    /// <summary>Policies of the API take bearer tokens and nothing else: without cookies there is nothing to forge.</summary>
    public const string StaffPolicy = "api-staff";

    private const string SignedInPolicy = "api";

    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAuthentication().AddBearerToken(IdentityConstants.BearerScheme, options =>
        {
            options.BearerTokenExpiration = TimeSpan.FromMinutes(10);
            options.RefreshTokenExpiration = TimeSpan.FromDays(14);
        });
        services.AddAuthorizationBuilder()
            .AddPolicy(SignedInPolicy, policy => policy.AddAuthenticationSchemes(IdentityConstants.BearerScheme).RequireAuthenticatedUser())
            .AddPolicy(StaffPolicy, policy => policy.AddAuthenticationSchemes(IdentityConstants.BearerScheme).RequireRole(Roles.Staff));
        services.AddSingleton<ApiMethods>().AddSingleton<StampCheck>().AddScoped<ApiTokens>();
        services.ConfigureHttpJsonOptions(options => Configure(options.SerializerOptions));

        // Malformed bodies reach ApiProblems as exceptions, also outside development, so that it can name the field.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddApiDescription();
        return builder;
    }

    /// <summary>Answers under <c>/api</c> are problem documents; goes before authentication.</summary>
    public static WebApplication UseApi(this WebApplication app)
    {
        app.UseMiddleware<ApiProblems>();
        return app;
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        var stamps = app.Services.GetRequiredService<StampCheck>();
        var api = app.MapGroup("/api/v1").RequireAuthorization(SignedInPolicy).DisableAntiforgery().AddEndpointFilter(stamps);
        api.MapAccounts();
        api.MapRoomsApi().MapMessagesApi().MapPlugsApi().MapStatusApi();
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/api/docs", options =>
            options.WithTitle("MqttChat API").DisableDefaultFonts().DisableAgent().DisableMcp().HideDeveloperTools().DisableTelemetry());
        return app;
    }

    internal static void Configure(JsonSerializerOptions json)
    {
        json.NumberHandling = JsonNumberHandling.Strict;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        json.MaxDepth = 16;
        json.Converters.Add(new UtcTimeConverter());
    }
}
