using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MqttChat.Domain.Rooms;

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

    public static WebApplication MapRooms(this WebApplication app) => app;
}
