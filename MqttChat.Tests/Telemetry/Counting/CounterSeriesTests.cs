using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Tests.Telemetry.Counting;

/// <summary>Series of real faults come out as their physical story says, whatever restarts between two readings.</summary>
public sealed class CounterSeriesTests
{
    public static TheoryData<string> Ids => [.. CounterSeries.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Add_SeriesWithAStory_CountsWhatWasUsed(string id)
    {
        var series = CounterSeries.Of(id);
        var (account, breaks) = Fold(series, _ => false);
        Assert.Equal(series.TotalKilowattHours, account.CountedKilowattHours, series.Tolerance);
        Assert.Equal(series.Breaks, breaks);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Add_RestartedAtAnyReading_CountsTheSame(string id)
    {
        var series = CounterSeries.Of(id);
        var (account, breaks) = Fold(series, _ => false);
        for (var restart = 1; restart < series.Readings.Count; restart++)
        {
            var (again, found) = Fold(series, index => index == restart);
            Assert.Equal(account, again);
            Assert.Equal(breaks, found);
        }
    }

    private static (EnergyAccount Account, List<(DateTimeOffset At, string Kind)> Breaks) Fold(CounterSeries series, Func<int, bool> restarts)
    {
        var account = EnergyAccount.Empty;
        var breaks = new SortedDictionary<DateTimeOffset, string>();
        DateTimeOffset? last = null;
        foreach (var (index, reading) in series.Readings.Index())
        {
            if (restarts(index))
            {
                account = EnergyAccount.FromJson(account.ToJson());
            }

            // As ingest does it with two readings of one second.
            var at = reading.At <= last ? last.Value.AddTicks(1) : reading.At;
            last = at;
            var result = account.Add(reading with { At = at }, series.LimitWatts);
            if (result.Break is { } found)
            {
                breaks[found.At] = found.Kind.ToString().ToLowerInvariant();
            }

            account = result.Account;
        }

        return (account, [.. breaks.Select(found => (found.Key, found.Value))]);
    }
}
