using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>The program ended by kill -9 while plugs publish: what the broker took is in the database once, and the energy is exact.</summary>
[Collection(FaultProcesses.Name)]
public sealed class AppKilledTests
{
    private static readonly TimeSpan ServesWithin = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task App_KilledTwiceDuring2000Reports_LosesNothingAndDoublesNothing() =>
        await RunAsync(plugs: 10, reportsEach: 200, kills: 2, pause: TimeSpan.FromMilliseconds(30));

    [FaultFact]
    public async Task App_Killed20TimesDuring100000Reports_LosesNothingAndServesWithin10Seconds()
    {
        var (counts, returns) = await RunAsync(plugs: 40, reportsEach: 2_500, kills: 20, pause: TimeSpan.FromMilliseconds(80));
        var slowest = new FaultReturn(returns.Max(one => one.Ready), returns.Max(one => one.Storing));
        FaultReport.Write(
            "app kill -9 20 times during 100,000 reports",
            $"{string.Join("; ", counts)}; serving again after {slowest.Ready.TotalSeconds:0.0} s, storing after {slowest.Storing.TotalSeconds:0.0} s at most");
        Assert.True(slowest.Ready <= ServesWithin && slowest.Storing <= ServesWithin, $"Serving again: {slowest}");
    }

    private static async Task<(IReadOnlyList<FaultCount> Counts, List<FaultReturn> Returns)> RunAsync(int plugs, int reportsEach, int kills, TimeSpan pause)
    {
        await using var house = await FaultHouse.StartAsync();
        return await RunAsync(house, plugs, reportsEach, kills, pause);
    }

    internal static async Task<(IReadOnlyList<FaultCount> Counts, List<FaultReturn> Returns)> RunAsync(
        FaultHouse house, int plugs, int reportsEach, int kills, TimeSpan pause)
    {
        var publishers = await FaultPublishers.AdoptAsync(house, "kill", plugs);
        List<FaultReturn> returns = [];
        await publishers.RunDuringAsync(reportsEach, pause, KillAsync);
        var counts = await publishers.FinishAsync(TimeSpan.FromSeconds(120));
        Assert.True(counts.All(count => count.IsWhole), string.Join(Environment.NewLine, counts));
        return (counts, returns);

        async Task KillAsync()
        {
            for (var kill = 1; kill <= kills; kill++)
            {
                await publishers.PublishedAsync((double)kill / (kills + 1));
                returns.Add(await house.RestartAppAsync());
            }
        }
    }
}
