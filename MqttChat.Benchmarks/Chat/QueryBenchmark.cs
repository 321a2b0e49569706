using Microsoft.EntityFrameworkCore;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>
/// How often the program asks its database when a thousand pages must show one change: its own log of commands is counted. The
/// change is made beside it and told by a signal over the broker, as from another instance, so that only readers ask.
/// </summary>
public sealed class QueryBenchmark : Benchmark
{
    private const int Rounds = 7;
    private const string Executed = "Executed DbCommand";

    public override string Name => "queries";

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var house = await BenchHouse.StartAsync([.. broker.AppSettings, "Logging:LogLevel:Microsoft.EntityFrameworkCore.Database=Information"]);
        var people = await house.MoveInAsync("Neighbour", FanOutBenchmark.Viewers, cancellation);
        var room = await house.MakeRoomAsync("Everybody here", people, 100, cancellation);
        await using var crowd = await Crowd.OpenAsync(
            house.App.BaseAddress, [.. people.Select(person => person.CookieHeader)], $"/rooms/{room}", cancellation);
        await using var wire = await broker.ConnectAsync();
        var (messages, lists) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            await crowd.QuietAsync(cancellation);
            var text = await SayAsync(house, room, people[0], cancellation);
            var before = house.App.Output.Length;
            await crowd.SeenAfterAsync(text, () => wire.PublishAsync($"mqttchat/room/{room}", "", qos: 0));
            await crowd.QuietAsync(cancellation);
            var commands = house.App.Output[before..].Split(Executed)[1..];
            messages.Add(commands.Count(command => !IsOfLists(command) && !IsRevalidation(command)));
            lists.Add(commands.Count(IsOfLists));
        }

        figures.Add(new Figure($"database queries for one signal with {FanOutBenchmark.Viewers:N0} viewers of a room", messages.Min(), "queries")
        {
            Note = $"fewest of {Rounds} rounds, for a timer reads again every 4 s; rounds: {string.Join(", ", messages)}; besides for all lists of rooms together: {string.Join(", ", lists)}",
        }.AtMost(1));
    }

    // The list of rooms counts unread messages.
    private static bool IsOfLists(string command) => command.Contains("\"IsEveryone\"", StringComparison.Ordinal) || command.Contains("COUNT(*)", StringComparison.Ordinal);

    // Every minute each page asks whether its person may still be here.
    private static bool IsRevalidation(string command) => command.Contains("\"AspNetUser", StringComparison.Ordinal);

    private static async Task<string> SayAsync(BenchHouse house, int room, Person author, CancellationToken cancellation)
    {
        var text = $"bench-{Guid.NewGuid():N}";
        await using var store = await house.HouseAsync(cancellation);
        await store.Database.ExecuteSqlAsync(
            $"""
             UPDATE Rooms SET LastChange = LastChange + 1, LastSequence = LastSequence + 1 WHERE Id = {room};
             INSERT INTO Messages (RoomId, Sequence, Change, AuthorId, Text, ClientMessageId, SentAt)
             SELECT Id, LastSequence, LastChange, {author.Id}, {text}, {text}, {DateTimeOffset.UtcNow.UtcTicks} FROM Rooms WHERE Id = {room};
             """, cancellation);
        return text;
    }
}
