using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Ordinary life for long: plugs report, people come and go. Nothing gets lost, and nothing piles up.</summary>
[Collection(FaultProcesses.Crowded)]
public sealed class SoakTests
{
    private const int Plugs = 100;
    private const int Pages = 50;
    private const int People = 20;
    private const int Staff = 5;
    private const int HandlesMayVary = 10;
    private const double MaxSlope = 1;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    /// <summary>As long as <c>MQTTCHAT_TEST_SOAK_MINUTES</c> says (60), in six rounds; after each everybody is out and the house is measured.</summary>
    [SoakFact]
    public async Task House_AnHourOfComingAndGoing_LosesNothingAndKeepsNothing()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("MQTTCHAT_TEST_SOAK_MINUTES") ?? "60", CultureInfo.InvariantCulture);
        await RunAsync(new Soak(6, TimeSpan.FromMinutes(minutes / 6), TimeSpan.FromSeconds(30), WaitsForVanished: true));
    }

    /// <summary>A minute of it: too short for a slope.</summary>
    [FaultFact]
    public Task House_AMinuteOfComingAndGoing_LosesNothingAndKeepsNothing() =>
        RunAsync(new Soak(1, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(6), WaitsForVanished: false));

    private static async Task RunAsync(Soak soak)
    {
        await using var house = await FaultHouse.StartProbedAsync("Limits:PostsPerPersonPerMinute=0");
        var plugs = await FaultPublishers.AdoptAsync(house, "soak", Plugs);
        var (people, rooms) = await MoveInAsync(house);
        var visitors = new SoakVisitors(people, Staff, rooms, soak.Stay);
        await WarmUpAsync(people, rooms);
        var start = await EmptyAsync(house, soak, null);
        Note($"base: {Words(start)}");

        using var ending = new CancellationTokenSource();
        var publishing = PublishAsync(plugs, ending.Token);
        var clock = Stopwatch.StartNew();
        List<(double Hours, AppFigures Figures)> empty = [];
        for (var round = 1; round <= soak.Rounds; round++)
        {
            // Who vanishes is waited for three minutes: nobody vanishes so late that it would hold the measurement up.
            using var polite = new CancellationTokenSource(soak.Round * 0.6);
            using var leave = new CancellationTokenSource(soak.Round);
            var visiting = visitors.RunAsync(Pages, polite.Token, leave.Token);
            await Task.WhenAny(visiting, Task.Delay(soak.Round * 0.9));
            Note($"round {round}, {visitors.Inside} inside: {Words(await house.App.Probe!.ReadAsync(collected: true))}");
            await visiting;
            empty.Add((clock.Elapsed.TotalHours, await EmptyAsync(house, soak, start)));
            Note($"round {round}, empty: {Words(empty[^1].Figures)}; {visitors}");
        }

        await ending.CancelAsync();
        await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await JudgeAsync(house, soak, new(plugs, visitors, rooms, start, empty));
    }

    private static async Task JudgeAsync(FaultHouse house, Soak soak, Found found)
    {
        var counts = await found.Plugs.FinishAsync(TimeSpan.FromMinutes(1));
        await house.Staff.LoginAgainAsync();
        var stored = await TextsAsync(house.Staff, found.Rooms);
        var missing = found.Visitors.Posted.Except(stored).Count();
        var failures = Failures(house.App.Output);
        var end = found.Empty[^1].Figures;
        var slope = Slope(found.Empty);
        FaultReport.Write(
            $"{soak.Rounds * soak.Round.TotalMinutes:0} min of {Plugs} plugs and {Pages} circuits",
            string.Create(CultureInfo.InvariantCulture, $"{string.Join("; ", counts)}; {found.Visitors}, {failures.Count} failures in the log, LOST posts {missing}, DOUBLE posts {stored.Count - stored.Distinct().Count()}; ")
            + string.Create(CultureInfo.InvariantCulture, $"heap slope {(slope is { } mb ? $"{mb:0.00} MB/h" : "-")} (empty house, after full collections: {string.Join(", ", found.Empty.Select(one => $"{Megabytes(one.Figures.HeapBytes):0.0}"))} MB), handles {string.Join(", ", found.Empty.Select(one => one.Figures.Handles))}; ")
            + $"base {Words(found.Start)}; end {Words(end)}");

        Assert.All(counts, count => Assert.True(count.IsWhole, count.ToString()));
        Assert.Equal(0, missing);
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.Empty(found.Visitors.Errors);
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.CountBy(line => line).OrderByDescending(one => one.Value).Take(10).Select(one => $"{one.Value} times {one.Key}")));
        Assert.Equal(Listening(found.Start, soak), Listening(end, soak));

        // Pools of connections grow to what fifty pages need at once, in the warm-up round; from then on they must not.
        var handles = found.Empty[0].Figures.Handles;
        Assert.True(end.Handles <= handles + HandlesMayVary, $"{handles} handles after the warm-up, {end.Handles} at the end");
        Assert.False(slope > MaxSlope, $"The heap grows by {slope:0.00} MB an hour");
    }

    private static async Task<(List<CircuitPerson> People, List<int> Rooms)> MoveInAsync(FaultHouse house)
    {
        List<CircuitPerson> people = [await CircuitPerson.SignInAsync(house.App.BaseAddress, HouseApi.StaffEmail, HouseApi.StaffPassword)];
        for (var number = 1; number < People; number++)
        {
            people.Add(await CircuitPerson.JoinAsync(house.App.BaseAddress, house.Staff, $"soak{number}", isStaff: number < Staff));
        }

        var everyone = (await house.Staff.GetAsync("rooms")).GetProperty("items")[0].GetProperty("id").GetInt32();
        List<int> rooms = [everyone, await house.Staff.MakeRoomAsync("Kitchen"), await house.Staff.MakeRoomAsync("Garden")];
        for (var number = 1; number < People; number++)
        {
            using var api = await HouseApi.LoginAsync(house.App.BaseAddress, $"soak{number}@house.test", CircuitPerson.Password);
            foreach (var room in rooms.Skip(1))
            {
                HouseApi.Checked(await api.PostAsync($"rooms/{room}/join"));
            }
        }

        return (people, rooms);
    }

    // What is made once and kept (code, pools, caches) is made before the base is taken.
    private static async Task WarmUpAsync(List<CircuitPerson> people, List<int> rooms)
    {
        foreach (var person in people)
        {
            await using var page = await person.OpenAsync($"/rooms/{rooms[0]}");
        }

        await using var dashboard = await people[0].OpenAsync("/dashboard");
    }

    /// <summary>Waits until every circuit has ended and the handles are given back, and measures.</summary>
    private static async Task<AppFigures> EmptyAsync(FaultHouse house, Soak soak, AppFigures? start)
    {
        await Eventually.TrueAsync(
            async () => (await house.App.Probe!.ReadAsync()).Subscriptions["circuits"] == 0 || !soak.WaitsForVanished,
            TimeSpan.FromMinutes(6), "every circuit has ended");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var poll = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (await poll.WaitForNextTickAsync(CancellationToken.None))
        {
            var figures = await house.App.Probe!.ReadAsync(collected: true);
            var settled = start is not null && Listening(figures, soak) == Listening(start, soak) && figures.Handles <= start.Handles + HandlesMayVary;
            if (settled || limit.IsCancellationRequested)
            {
                return soak.WaitsForVanished ? await AtRestAsync(house, figures) : figures;
            }
        }

        throw new InvalidOperationException("Not reached.");
    }

    // What the last pages left in the runtime's pools it gives up step by step, at collections a minute after the last use: that is no growth.
    private static async Task<AppFigures> AtRestAsync(FaultHouse house, AppFigures figures)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromSeconds(10));
        for (var step = 0; step < 10; step++)
        {
            await poll.WaitForNextTickAsync(CancellationToken.None);
            var now = await house.App.Probe!.ReadAsync(collected: true);
            Note($"at rest: {Words(now)}");
            figures = now.HeapBytes < figures.HeapBytes ? now : figures;
        }

        return figures;
    }

    private static Task PublishAsync(FaultPublishers plugs, CancellationToken ending) =>
        Task.WhenAll(plugs.All.Select((one, i) => Task.Run(
            async () =>
            {
                await Task.Delay(ReportInterval * i / Plugs, ending);
                await one.RunAsync(int.MaxValue / 2, ReportInterval, ending);
            },
            ending)));

    private static async Task<List<string>> TextsAsync(HouseApi staff, List<int> rooms)
    {
        List<string> texts = [];
        foreach (var room in rooms)
        {
            long after = 0;
            for (var more = true; more;)
            {
                var page = await staff.GetAsync($"rooms/{room}/messages?after={after}&limit=100");
                more = page.GetProperty("more").GetBoolean();
                foreach (var item in page.GetProperty("items").EnumerateArray())
                {
                    after = item.GetProperty("sequence").GetInt64();
                    texts.Add(item.GetProperty("text").GetString() ?? "");
                }
            }
        }

        return texts;
    }

    /// <summary>Megabytes an hour by least squares over the empty house; the first round is the warm-up.</summary>
    private static double? Slope(List<(double Hours, AppFigures Figures)> empty)
    {
        if (empty.Count < 3)
        {
            return null;
        }

        var points = empty.Skip(1).Select(one => (X: one.Hours, Y: Megabytes(one.Figures.HeapBytes))).ToList();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }

    // Circuits whose browser vanished are kept for three minutes, a dashboard with one subscription to signals that it does not pass on.
    private static string Listening(AppFigures figures, Soak soak) => JsonSerializer.Serialize(
        figures.Subscriptions.Where(one => soak.WaitsForVanished || one.Key is not ("circuits" or "signals")).ToDictionary());

    /// <summary>What the program logged as failed, with the first line of the exception where there is one.</summary>
    private static List<string> Failures(string output)
    {
        var lines = output.Split('\n');
        return [.. lines.Index().Where(line => line.Item.StartsWith("fail:", StringComparison.Ordinal) || line.Item.StartsWith("crit:", StringComparison.Ordinal))
            .Select(line => lines.ElementAtOrDefault(line.Index + 1) is [' ', ..] next ? $"{line.Item} {next.Trim()}" : line.Item)];
    }

    private static string Words(AppFigures figures) => string.Create(
        CultureInfo.InvariantCulture,
        $"heap {Megabytes(figures.HeapBytes):0.0} MB, resident {Megabytes(figures.ResidentBytes):0} MB, {figures.Handles} handles, subscriptions {string.Join(", ", figures.Subscriptions.Select(one => $"{one.Key} {one.Value}"))}, {figures.Cpu.TotalSeconds:0} s of processor");

    private static double Megabytes(long bytes) => bytes / 1_000_000.0;

    // An hour is long to look at nothing.
    private static void Note(string line)
    {
        if (Environment.GetEnvironmentVariable("MQTTCHAT_TEST_SOAK_LOG") is { Length: > 0 } file)
        {
            File.AppendAllText(file, $"{DateTime.Now:HH:mm:ss} {line}{Environment.NewLine}");
        }
    }

    private sealed record Soak(int Rounds, TimeSpan Round, TimeSpan Stay, bool WaitsForVanished);

    private sealed record Found(
        FaultPublishers Plugs, SoakVisitors Visitors, List<int> Rooms, AppFigures Start, List<(double Hours, AppFigures Figures)> Empty);
}
