
namespace MqttChat.Benchmarks.Chat;

/// <summary>What each thing costs in a house, and in one of ten times its size: the program's processor time, which nothing beside it disturbs.</summary>
public sealed class GrowthBenchmark : Benchmark
{
    private const double Flat = 1.5;
    private const double Proportional = 11;
    private const int Times = 60;
    private const int WarmUp = 60;

    public override string Name => "growth";

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(4);

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        var small = await MeasureAsync(new(History: 10_000, Rooms: 10, Plugs: 50, Viewers: 40, Days: 10), cancellation);
        var large = await MeasureAsync(new(History: 100_000, Rooms: 100, Plugs: 500, Viewers: 400, Days: 100), cancellation);
        foreach (var (name, cost) in large)
        {
            var isFlat = name.StartsWith("flat: ", StringComparison.Ordinal);
            figures.Add(new Figure($"10 x the house: {name[(name.IndexOf(':') + 2)..]}", cost, "ms CPU").Beside("1 x", small[name]).AtMostOfLimit(isFlat ? Flat : Proportional));
        }
    }

    private sealed record Size(int History, int Rooms, int Plugs, int Viewers, int Days);

    private static async Task<Dictionary<string, double>> MeasureAsync(Size size, CancellationToken cancellation)
    {
        await using var house = await BenchHouse.StartAsync();
        await house.AddPlugsAsync(size.Plugs, size.Days, cancellation);
        await house.Staff.LoginAgainAsync();
        var people = await house.MoveInAsync("Neighbour", size.Viewers, cancellation);
        var staff = await house.StaffPersonAsync(cancellation);
        var (rooms, members) = (new List<int>(), people.Append(staff).ToArray());
        for (var number = 1; number <= size.Rooms; number++)
        {
            rooms.Add(await house.MakeRoomAsync($"Room {number}", members, number == 1 ? size.History : 20, cancellation));
        }

        using var browser = house.Browser(staff);
        var costs = new Dictionary<string, double>
        {
            [$"flat: read a page of messages ({Words.History})"] = await CostAsync(house, () => house.Staff.GetAsync($"rooms/{rooms[0]}/messages"), cancellation),
            [$"flat: post ({Words.History})"] = await CostAsync(house, () => house.Staff.SayAsync(rooms[0], "Is the washing machine free?"), cancellation),
            [$"proportional: list of rooms ({Words.Rooms})"] = await CostAsync(house, () => house.Staff.GetAsync("rooms"), cancellation),
            [$"proportional: open a room's page ({Words.Rooms}, {Words.History})"] = await CostAsync(house, () => browser.GetStringAsync($"/rooms/{rooms[0]}", cancellation), cancellation),
            [$"proportional: open the dashboard ({Words.Plugs})"] = await CostAsync(house, () => browser.GetStringAsync("/dashboard", cancellation), cancellation),
            [$"flat: a plug's last day ({Words.Past})"] = await CostAsync(house, () => house.Staff.GetAsync("plugs/1/power"), cancellation),
        };
        await using var crowd = await Crowd.OpenAsync(
            house.App.BaseAddress, [.. people.Select(person => person.CookieHeader)], $"/rooms/{rooms[0]}", cancellation);
        costs[$"proportional: a post shown to all viewers ({Words.Viewers})"] = await FanOutAsync(house, crowd, cancellation);
        return costs;
    }

    private static async Task<double> CostAsync(BenchHouse house, Func<Task> act, CancellationToken cancellation)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            await act();
        }

        await Task.Delay(300, cancellation);
        var before = ProcessUse.ProcessorTime(house.App.ProcessId);
        for (var i = 0; i < Times; i++)
        {
            await act();
        }

        return (ProcessUse.ProcessorTime(house.App.ProcessId) - before).TotalMilliseconds / Times;
    }

    private static async Task<double> FanOutAsync(BenchHouse house, Crowd crowd, CancellationToken cancellation)
    {
        var costs = new List<double>();
        for (var post = 0; post < 14; post++)
        {
            await crowd.QuietAsync(cancellation);
            var before = ProcessUse.ProcessorTime(house.App.ProcessId);
            var text = $"bench-{Guid.NewGuid():N}";
            await crowd.SeenAfterAsync(text, () => crowd.Circuits[0].PostAsync(text));
            await crowd.QuietAsync(cancellation);
            costs.Add((ProcessUse.ProcessorTime(house.App.ProcessId) - before).TotalMilliseconds);
        }

        return Median(costs.Skip(4));
    }

    private static class Words
    {
        public const string History = "10,000 -> 100,000 messages";
        public const string Rooms = "10 -> 100 rooms";
        public const string Plugs = "50 -> 500 plugs";
        public const string Past = "10 -> 100 days of buckets";
        public const string Viewers = "40 -> 400 pages open";
    }
}
