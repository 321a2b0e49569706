using System.Diagnostics;
using Microsoft.Data.Sqlite;
using MqttChat.Benchmarks.Load;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks;

/// <summary>Posts through the API of the published program: idempotent, durable when they are answered.</summary>
public sealed class PostApiBenchmark : Benchmark
{
    private const int Clients = 16;
    private const int Rounds = 5;
    private const string Text = "Is the washing machine free this evening?";
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    public override string Name => "posts-api";

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, "Limits:PostsPerPersonPerMinute=0"]);
        using var staff = await HouseApi.StaffAsync(app.BaseAddress);
        var room = await staff.MakeRoomAsync("Bench");
        var clients = Enumerable.Range(0, Clients).Select(_ => new PostingClient(app.BaseAddress, staff.AccessToken, room, Text)).ToArray();
        using var raw = OpenRaw(app.DataDirectory);

        // The first rounds compile.
        await PostAsync(clients, cancellation);
        await PostAsync(clients, cancellation);
        var (posted, bare, cost) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var before = ProcessCost.Of(app.ProcessId);
            var (posts, seconds) = await PostAsync(clients, cancellation);
            cost.Add(ProcessCost.Of(app.ProcessId).Since(before) * 1e6 / posts);
            posted.Add(posts / seconds);
            bare.Add(CommitBare(raw));
        }

        Array.ForEach(clients, client => client.Dispose());
        figures.Add(new Figure($"posts through the API, {Clients} clients, idempotent, durable", Median(posted), "posts/s")
        {
            Note = "peers: Campfire 330, its C# port 1,503, its Rust port 8,037; clients on the same cores",
        }.Beside("single commits by SQLite FULL", Median(bare)).AtLeast(2_500).AtLeast(8_000));
        figures.Add(new Figure("processor time of the program per post", Median(cost), "us"));
    }

    private static async Task<(int Posts, double Seconds)> PostAsync(PostingClient[] clients, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var posts = await Task.WhenAll(clients.Select(client => Task.Run(
            async () =>
            {
                var posts = 0;
                for (; watch.Elapsed < Round; posts++)
                {
                    await client.PostAsync(cancellation);
                }

                return posts;
            },
            cancellation)));
        return (posts.Sum(), watch.Elapsed.TotalSeconds);
    }

    private static SqliteConnection OpenRaw(string folder)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "raw.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE Post (Id INTEGER PRIMARY KEY, Text TEXT)";
        command.ExecuteNonQuery();
        return connection;
    }

    private static double CommitBare(SqliteConnection raw)
    {
        var watch = Stopwatch.StartNew();
        var commits = 0;
        for (; watch.Elapsed.TotalSeconds < 1; commits++)
        {
            using var command = raw.CreateCommand();
            command.CommandText = $"INSERT INTO Post (Text) VALUES ('{Text}')";
            command.ExecuteNonQuery();
        }

        return commits / watch.Elapsed.TotalSeconds;
    }
}
