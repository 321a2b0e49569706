using System.Globalization;
using MqttChat.Domain.Telemetry.Counting;
using Xunit.Abstractions;

namespace MqttChat.Tests.Telemetry.Counting;

public sealed class PhysicalStoryTests(ITestOutputHelper output)
{
    private const int Stories = 10_000;

    /// <summary>Every story, with the state stored and read again at each reading: what was counted is what was used.</summary>
    [Fact]
    public void Add_TenThousandStories_CountWhatWasUsed()
    {
        var wrong = Enumerable.Range(0, Stories).AsParallel().Select(seed => (Seed: seed, Story: PhysicalStory.Of(seed)))
            .Select(one => (one.Seed, one.Story, Counted: Count(one.Story)))
            .Where(one => Math.Abs(one.Counted - one.Story.Used) > one.Story.Tolerance)
            .OrderBy(one => one.Seed).ToList();
        foreach (var (seed, story, counted) in wrong.Take(20))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seed}:{story.What}: counted {counted:0.####}, used {story.Used:0.####} within {story.Tolerance:0.####}"));
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {Stories} are wrong, the first with seed {wrong.FirstOrDefault().Seed}");
    }

    private static double Count(PhysicalStory story)
    {
        var account = EnergyAccount.Empty;
        DateTimeOffset? last = null;
        foreach (var reading in story.Readings)
        {
            var at = reading.At <= last ? last.Value.AddTicks(1) : reading.At;
            last = at;
            account = EnergyAccount.FromJson(account.Add(reading with { At = at }, story.LimitWatts).Account.ToJson());
        }

        return account.CountedKilowattHours;
    }
}
