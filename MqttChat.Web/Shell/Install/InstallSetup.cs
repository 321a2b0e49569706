using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;
using MqttChat.Domain.Accounts.Settings;

namespace MqttChat.Web.Shell.Install;

/// <summary>What makes the house an app on a phone: its manifest, and a page for when it cannot be reached.</summary>
internal static class InstallSetup
{
    public const string ManifestPath = "/manifest.webmanifest";

    private const string Png = "image/png";
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void MapInstall(this WebApplication app)
    {
        app.MapGet(ManifestPath, ManifestOf).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/offline", () => new RazorComponentResult<OfflinePage>()).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/service-worker.js", (OfflineWorker worker, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Text(worker.Script, "text/javascript");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    // The house's own name: who lives in two houses has two apps.
    private static IResult ManifestOf(HttpContext http, HouseSettings settings, IStringLocalizer<ShellTexts> texts)
    {
        var house = settings.Current.Title;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers.Vary = "Accept-Language, Cookie";
        return Results.Json(
            new Manifest(
                "/", house, house, texts["InstallDescription"],
                CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, "/rooms", "/", "standalone", "#f7f5f0", "#0b6b61",
                [
                    new("/favicon.svg", "any", "image/svg+xml", "any"),
                    new("/icons/icon-192.png", "192x192", Png, "any"),
                    new("/icons/icon-512.png", "512x512", Png, "any"),
                    new("/icons/maskable-512.png", "512x512", Png, "maskable"),
                ]),
            Json, "application/manifest+json");
    }

    private sealed record Manifest(
        string Id, string Name, string ShortName, string Description, string Lang, string StartUrl, string Scope, string Display,
        string BackgroundColor, string ThemeColor, IReadOnlyList<ManifestIcon> Icons);

    private sealed record ManifestIcon(string Src, string Sizes, string Type, string Purpose);
}
