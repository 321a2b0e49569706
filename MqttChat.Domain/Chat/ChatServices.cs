using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Chat;

/// <summary>The chat's classes of one instance.</summary>
public static class ChatServices
{
    /// <summary>Adds them; the stores, <see cref="ChatLimits"/>, the clock and the signals come from elsewhere.</summary>
    public static IServiceCollection AddChatCore(this IServiceCollection services) => services
        .AddSingleton<PostLimiter>().AddSingleton<AuthorNames>().AddSingleton(CreateStore)
        .AddSingleton(provider => new PostTransaction(provider.GetRequiredService<IPostStore>(), provider.GetRequiredService<AuthorNames>()))
        .AddSingleton<PostWriter>().AddSingleton<ReadMarks>().AddSingleton<ChatRooms>().AddSingleton<RoomFeeds>();

    private static IPostStore CreateStore(IServiceProvider provider)
    {
        var database = provider.GetRequiredService<DatabaseOptions>();
        var houses = provider.GetRequiredService<IDbContextFactory<HouseDbContext>>();
        var clock = provider.GetRequiredService<TimeProvider>();
        return database.Provider == DatabaseProvider.Sqlite
            ? new SqlitePostStore(database, houses, clock) : new EntityPostStore(houses, clock);
    }
}
