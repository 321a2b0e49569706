using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MqttChat.Domain.Accounts;

namespace MqttChat.Domain.Rooms;

/// <summary>What rooms need, for a house and for tests alike.</summary>
public static class RoomServices
{
    /// <summary>Adds it; the stores, the clock and the signals come from elsewhere.</summary>
    public static IServiceCollection AddRoomsCore(this IServiceCollection services)
    {
        services.TryAddSingleton<RoomLimits>();
        services.TryAddSingleton<AttemptLimiter>();
        return services.AddSingleton<RoomDirectory>().AddSingleton<RoomInvitations>().AddSingleton<RoomMembers>()
            .AddSingleton<RoomListFeed>().AddSingleton<Holdings>();
    }
}
