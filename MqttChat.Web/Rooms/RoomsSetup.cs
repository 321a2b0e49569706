using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MqttChat.Domain.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Rooms;

internal static class RoomsSetup
{
    public static WebApplicationBuilder AddRooms(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RoomDirectory>();
        builder.Services.AddSingleton<RoomMembers>();
        builder.Services.AddSingleton<RoomListFeed>();
        builder.Services.AddSingleton<DayTurns>();
        builder.Services.AddScoped<CircuitLink>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Scoped<CircuitHandler, CircuitLinkHandler>());
        builder.Services.AddOptions<RoomPageParts>();
        return builder;
    }

    public static WebApplication MapRooms(this WebApplication app)
    {
        // For pages that are not live: how much is unread stands in their title too.
        app.MapGet("/rooms/unread", async (HttpContext http, RoomListFeed feed, CancellationToken cancellation) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            using var list = await feed.OpenAsync(http.User.ToViewer(), () => { }, cancellation);
            return Results.Json(list.Current.Sum(room => room.Unread));
        }).RequireAuthorization().ExcludeFromDescription();
        return app;
    }
}
