using MqttChat.Domain;
using MqttChat.Web.Observability;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Api;

/// <summary>How the installation is doing.</summary>
internal static class StatusApi
{
    public static RouteGroupBuilder MapStatusApi(this RouteGroupBuilder api)
    {
        api.MapGet("status", (System.Security.Claims.ClaimsPrincipal user, HouseStatus status) =>
            user.ToViewer().IsStaff ? StatusJson.Of(status) : throw RefusedException.Forbidden("plug.notStaff"))
            .WithSummary("How the installation is doing");
        return api;
    }
}

/// <summary>The answer of <c>GET status</c>.</summary>
internal sealed record StatusJson(BrokerJson Broker, string Database, IngestJson Ingest, int Circuits, string Version)
{
    public static StatusJson Of(HouseStatus status) => new(
        new(status.Broker.Connected, status.Broker.Since, status.Broker.Reason),
        status.Database,
        new(status.Ingest.Received, status.Ingest.Stored, status.Ingest.Rejected, status.Ingest.Redelivered, status.Ingest.Dropped,
            status.Ingest.Waiting, status.Ingest.LagMilliseconds),
        status.Circuits,
        status.Version);
}

/// <summary>The broker's part of the status.</summary>
internal sealed record BrokerJson(bool Connected, DateTimeOffset Since, string? Reason);

/// <summary>The ingest's part of the status.</summary>
internal sealed record IngestJson(long Received, long Stored, long Rejected, long Redelivered, long Dropped, long Waiting, long LagMs);
