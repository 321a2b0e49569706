using MqttChat.Domain.Persistence;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Api;

internal sealed record HealthAnswer(string Status, bool Database, bool Broker);

/// <summary>What a load balancer or a container's health check asks.</summary>
internal static class HealthApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(
        HttpContext http, IServiceProvider services, ILogger<HealthAnswer> logger, CancellationToken cancellation)
    {
        http.Response.Headers.CacheControl = "no-store";

        // Chat goes on without the broker, so its absence only degrades.
        var broker = services.GetService<BrokerStatus>()?.Current.Connected ?? false;
        var database = await AnswersAsync(services, logger, cancellation);
        var status = !database ? "unavailable" : broker ? "ready" : "degraded";
        return Results.Json(
            new HealthAnswer(status, database, broker),
            statusCode: database ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<bool> AnswersAsync(IServiceProvider services, ILogger logger, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            // On a thread of its own: SQLite's calls block until its own time limit, whatever the token says.
            await Task.Run(() => services.CheckDatabasesAsync(deadline.Token), deadline.Token).WaitAsync(deadline.Token);
            return true;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.LogWarning(error, "The database did not answer the health check");
            return false;
        }
    }
}
