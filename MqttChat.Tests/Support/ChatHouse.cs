using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;

namespace MqttChat.Tests.Support;

/// <summary>A house on real files with every class of rooms and chat, and short ways to use them.</summary>
internal sealed class ChatHouse : IAsyncDisposable
{
    private ChatHouse(TestStores stores) => Stores = stores;

    public TestStores Stores { get; }

    public RoomDirectory Rooms => Get<RoomDirectory>();

    public RoomMembers Members => Get<RoomMembers>();

    public ChatRooms Chat => Get<ChatRooms>();

    public RoomFeeds Feeds => Get<RoomFeeds>();

    public RoomListFeed Lists => Get<RoomListFeed>();

    public RoomInvitations Invitations => Get<RoomInvitations>();

    public static async Task<ChatHouse> CreateAsync(
        int postsPerMinute = 0, TimeProvider? clock = null, bool throughEntities = false, RoomLimits? limits = null,
        Action<IServiceCollection>? add = null) =>
        new(await TestStores.CreateAsync(services =>
        {
            if (clock is not null)
            {
                services.AddSingleton(clock);
            }

            services
                .AddSingleton(new ChatLimits { PostsPerPersonPerMinute = postsPerMinute }).AddChatCore()
                .AddSingleton(limits ?? new RoomLimits { RoomsPerPerson = 0, NewRoomsPerPersonPerMinute = 0, NewRoomInvitationsPerPersonPerMinute = 0 })
                .AddRoomsCore();
            if (throughEntities)
            {
                // As on SQL Server; the last one added counts.
                services.AddSingleton<IPostStore>(all => new EntityPostStore(
                    all.GetRequiredService<IDbContextFactory<HouseDbContext>>(), all.GetRequiredService<TimeProvider>()));
            }

            add?.Invoke(services);
        }));

    public T Get<T>()
        where T : notnull => Stores.Services.GetRequiredService<T>();

    public Task<Viewer> PersonAsync(string name, bool isStaff = false) => Stores.AddPersonAsync(name, isStaff);

    public async Task<int> RoomAsync(Viewer owner, string name = "Kitchen", bool isOpen = true) =>
        (await Rooms.CreateAsync(owner, name, isOpen, default)).Id;

    /// <summary>The owner asks a person in, who comes.</summary>
    public async Task BringInAsync(Viewer owner, int roomId, Viewer person)
    {
        await Members.AddAsync(owner, roomId, person.UserId, default);
        await Members.JoinAsync(person, roomId, default);
    }

    public async Task<MessageView> PostAsync(Viewer author, int roomId, string text, string? id = null) =>
        (await Chat.PostAsync(author, roomId, text, id ?? Guid.NewGuid().ToString("N"), default)).Message;

    /// <summary>Many posts, a few at a time: the writer asks who waits too long to try again.</summary>
    public async Task PostManyAsync(Viewer author, int roomId, int count)
    {
        foreach (var few in Enumerable.Range(0, count).Chunk(10))
        {
            await Task.WhenAll(few.Select(number => PostAsync(author, roomId, $"{number}")));
        }
    }

    public async Task<List<Message>> StoredAsync(int roomId)
    {
        await using var house = await Stores.Houses.CreateDbContextAsync();
        return await house.Messages.AsNoTracking().Where(message => message.RoomId == roomId)
            .OrderBy(message => message.Sequence).ToListAsync();
    }

    public static async Task<string> RefusalAsync(Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(act);
        return $"{refusal.Kind} {refusal.Code}";
    }

    public ValueTask DisposeAsync() => Stores.DisposeAsync();
}
