using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;

namespace MqttChat.Benchmarks;

/// <summary>Posts of sixteen people at once, idempotent and durable, against bare durable commits of the engine.</summary>
public sealed class PostBenchmark : Benchmark
{
    private const int Clients = 16;
    private const int PostsEach = 200;
    private const int Rounds = 3;
    private const int BareCommits = 500;

    public override string Name => "posts";

    public override bool NeedsProgram => false;

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var stores = await Stores.CreateAsync(AddChat, cancellation);
        var (room, people) = await FillAsync(stores, cancellation);
        var chat = stores.Services.GetRequiredService<ChatRooms>();
        using var raw = stores.OpenRaw("CREATE TABLE Post (Id INTEGER PRIMARY KEY, Text TEXT)");

        await PostAsync(chat, room, people, 10, cancellation);
        var (posted, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await PostAsync(chat, room, people, PostsEach, cancellation);
            posted.Add(Clients * PostsEach / watch.Elapsed.TotalSeconds);
            bare.Add(CommitBare(raw));
        }

        figures.Add(new Figure($"posts of {Clients} people at once, durable, in one process", Median(posted), "posts/s")
            .Beside("single commits by SQLite FULL", Median(bare)));
    }

    private static void AddChat(IServiceCollection services) => services
        .AddSingleton(new ChatLimits { PostsPerPersonPerMinute = 0 }).AddRoomsCore().AddChatCore();

    private static async Task<(int Room, Viewer[] People)> FillAsync(Stores stores, CancellationToken cancellation)
    {
        await using var house = await stores.Houses.CreateDbContextAsync(cancellation);
        var room = new Room { Name = "Everyone", IsOpen = true, CreatedAt = DateTimeOffset.UtcNow };
        var people = Enumerable.Range(0, Clients).Select(i => new AppUser { DisplayName = $"Person {i}", UserName = $"person{i}" }).ToArray();
        house.Add(room);
        house.AddRange(people);
        await house.SaveChangesAsync(cancellation);
        house.AddRange(people.Select(person => new Membership { RoomId = room.Id, UserId = person.Id, JoinedAt = DateTimeOffset.UtcNow }));
        await house.SaveChangesAsync(cancellation);
        return (room.Id, [.. people.Select(person => new Viewer(person.Id, IsStaff: false))]);
    }

    private static Task PostAsync(ChatRooms chat, int room, Viewer[] people, int each, CancellationToken cancellation) =>
        Task.WhenAll(people.Select(person => Task.Run(
            async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    await chat.PostAsync(person, room, "Is the washing machine free this evening?", Guid.NewGuid().ToString("N"), cancellation);
                }
            },
            cancellation)));

    private static double CommitBare(SqliteConnection raw)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < BareCommits; i++)
        {
            using var command = raw.CreateCommand();
            command.CommandText = "INSERT INTO Post (Text) VALUES ('Is the washing machine free this evening?')";
            command.ExecuteNonQuery();
        }

        return BareCommits / watch.Elapsed.TotalSeconds;
    }
}
