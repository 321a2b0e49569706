using System.Net;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>The program on PostgreSQL while plugs publish and people post: itself killed, its server killed, stopped, cut off and silent.</summary>
[Collection(FaultProcesses.Name)]
public sealed class PostgresFaultTests
{
    [Fact]
    public Task Server_KilledStoppedAndCutOff_LosesNothingAndDoublesNothing() =>
        RunServerAsync(plugs: 10, reportsEach: 200, rounds: 1, pause: TimeSpan.FromMilliseconds(30), isSilentToo: false);

    [FaultFact]
    public async Task Server_KilledStoppedCutOffAndSilent5TimesDuring50000Reports_LosesNothingAndDoublesNothing() => FaultReport.Write(
        "PostgreSQL kill -9, stopped, connections cut, silent for 20 s: 5 times each",
        await RunServerAsync(plugs: 20, reportsEach: 2_500, rounds: 5, pause: TimeSpan.FromMilliseconds(80), isSilentToo: true));

    [FaultFact]
    public async Task App_OnPostgresKilled20TimesDuring100000Reports_LosesNothingAndDoublesNothing()
    {
        await using var postgres = await PostgresHouse.StartAsync();
        var (counts, returns) = await AppKilledTests.RunAsync(
            postgres.House, plugs: 40, reportsEach: 2_500, kills: 20, pause: TimeSpan.FromMilliseconds(80));
        FaultReport.Write(
            "app on PostgreSQL kill -9 20 times during 100,000 reports",
            $"{string.Join("; ", counts)}; serving again after {returns.Max(one => one.Ready).TotalSeconds:0.0} s, storing after {returns.Max(one => one.Storing).TotalSeconds:0.0} s at most");
    }

    private static async Task<string> RunServerAsync(int plugs, int reportsEach, int rounds, TimeSpan pause, bool isSilentToo)
    {
        await using var postgres = await PostgresHouse.StartAsync();
        var house = postgres.House;
        var publishers = await FaultPublishers.AdoptAsync(house, "server", plugs);
        var posts = new FaultPosts(house.Staff, await house.Staff.MakeRoomAsync("Kitchen"));
        List<FaultReturn> returns = [];
        await publishers.RunDuringAsync(reportsEach, pause, async () =>
        {
            for (var round = 1; round <= rounds; round++)
            {
                await publishers.PublishedAsync((double)round / (rounds + 1));
                await house.Staff.LoginAgainAsync();
                await EndedAsync(postgres.Server.KillAsync);
                await EndedAsync(postgres.Server.StopAsync);
                postgres.Way.CutAll();
                await posts.StoredAsync("cut off");
                if (isSilentToo)
                {
                    await SilentAsync();
                }
            }
        });
        await house.Staff.LoginAgainAsync();
        await posts.AgainAsync();
        var counts = await publishers.FinishAsync(TimeSpan.FromSeconds(120));
        Assert.True(counts.All(count => count.IsWhole), string.Join(Environment.NewLine, counts));
        return $"{string.Join("; ", counts)}; {posts.Count} posts stored once; ready after {returns.Max(one => one.Ready).TotalSeconds:0.0} s, storing after {returns.Max(one => one.Storing).TotalSeconds:0.0} s at most";

        async Task EndedAsync(Func<Task> end)
        {
            await end();
            await posts.RefusedAsync("server away");
            returns.Add(await house.BackAsync(postgres.Server.StartAgainAsync));
            await posts.StoredAsync("server back");
        }

        async Task SilentAsync()
        {
            postgres.Way.IsHalfOpen = true;
            await posts.RefusedAsync("server silent");
            await Task.Delay(TimeSpan.FromSeconds(20));
            returns.Add(await house.BackAsync(() =>
            {
                postgres.Way.CutAll();
                postgres.Way.IsHalfOpen = false;
                return Task.CompletedTask;
            }));
        }
    }
}

/// <summary>What a person says through a fault; each is to stand in the room once in the end.</summary>
internal sealed class FaultPosts(HouseApi staff, int room)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);
    private readonly List<(string Id, string Text)> _said = [];

    public int Count => _said.Count;

    /// <summary>Is told to try again, in time.</summary>
    public async Task RefusedAsync(string text)
    {
        var began = FairTime.Now;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SayAsync(Note(text)));
        Assert.True(FairTime.Since(began) < AnswerWithin, $"The answer took {FairTime.Since(began)}.");
    }

    /// <summary>Goes through, with as many tries as it takes.</summary>
    public async Task StoredAsync(string text)
    {
        var post = Note(text);
        await Eventually.TrueAsync(async () => (int)await SayAsync(post) is 200 or 201, what: $"'{text}' is stored");
    }

    /// <summary>Sends all of them again, twice, and finds each once.</summary>
    public async Task AgainAsync()
    {
        foreach (var post in _said.Concat(_said))
        {
            await Eventually.TrueAsync(async () => (int)await SayAsync(post) is 200 or 201, what: $"'{post.Text}' is stored");
        }

        var texts = (await staff.GetAsync($"rooms/{room}/messages?limit=200")).GetProperty("items").EnumerateArray()
            .Select(message => message.GetProperty("text").GetString()!).Order(StringComparer.Ordinal);
        Assert.Equal(_said.Select(post => post.Text).Order(StringComparer.Ordinal), texts);
    }

    private (string Id, string Text) Note(string text)
    {
        _said.Add((Guid.NewGuid().ToString("N"), $"{_said.Count} {text}"));
        return _said[^1];
    }

    private async Task<HttpStatusCode> SayAsync((string Id, string Text) post) =>
        (await staff.PostAsync($"rooms/{room}/messages", new { text = post.Text, clientMessageId = post.Id })).Status;
}
