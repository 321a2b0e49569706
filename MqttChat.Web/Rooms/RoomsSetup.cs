using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Rooms;

internal static class RoomsSetup
{
    public static WebApplicationBuilder AddRooms(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RoomLimits>().BindConfiguration("Limits").Validate(Are, Limits).ValidateOnStart();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<RoomLimits>>().Value);
        builder.Services.AddRoomsCore();
        builder.Services.AddSingleton<DayTurns>();
        builder.Services.AddScoped<CircuitLink>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Scoped<CircuitHandler, CircuitLinkHandler>());
        builder.Services.AddOptions<RoomPageParts>();
        return builder;
    }

    private const string Limits =
        "Limits:RoomsPerPerson, NewRoomsPerPersonPerMinute, RoomInvitationsPerPerson and NewRoomInvitationsPerPersonPerMinute must be from 0 (off) to 10000.";

    private static bool Are(RoomLimits limits) => Array.TrueForAll(
        [limits.RoomsPerPerson, limits.NewRoomsPerPersonPerMinute, limits.RoomInvitationsPerPerson, limits.NewRoomInvitationsPerPersonPerMinute],
        limit => limit is >= 0 and <= 10_000);

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
