using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Tests.Telemetry;

/// <summary>The collected series and those of the same kinds, as a pure fold; the state goes through its JSON after each reading.</summary>
public sealed class CounterSeriesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Collected => CounterSeries.Ids;

    [Theory]
    [MemberData(nameof(Collected))]
    public void Add_CollectedSeries_CountsAndTellsItsStory(string id)
    {
        var series = CounterSeries.Of(id);
        var (counted, breaks) = Fold(series.LimitWatts, [.. series.Readings.Select((_, index) => series.Reading(index, Start))]);
        Assert.InRange(counted, series.TotalKilowattHours - series.Tolerance, series.TotalKilowattHours + series.Tolerance);
        Assert.Equal(
            series.Breaks.Select(each => $"{each.Second} {each.Kind}"),
            breaks.Select(each => $"{(int)(each.Key - Start).TotalSeconds} {CounterSeries.NameOf(each.Value)}"));
    }

    [Theory]
    [InlineData(100, "10.6 242 10.7 10.8", 0.2, "Glitch")]
    [InlineData(100, "50.1 95 50.2", 0.1, "Glitch")]
    [InlineData(100, "50.1 4000 50.2", 0.1, "Glitch")]
    [InlineData(100, "95.1 33 95.2", 0.1, "Glitch")]
    [InlineData(100, "50.1 0 0.001 50.2", 0.1, "Glitch")]
    [InlineData(100, "50.1 0 50.11 50.2", 0.1, "Glitch")]
    [InlineData(100, "50.1 7 900 3000 50.13", 0.03, "Glitch")]
    [InlineData(10, "40.1 20 20.1", 0.1, "Replaced")]
    [InlineData(10, "3.3 70 70.1", 0.1, "Replaced")]
    [InlineData(3000, "20 20.25 19.5 19.75 20 20.25", 1.0, "Rollback")]
    [InlineData(3000, "2000.5 1900 1900.2 1900.4 1900.6", 0.6, "Rollback")]
    [InlineData(500, "30 5 30.04 5.04 30.08 5.08 30.12 5.12", 0.24, "TwoCounters")]
    [InlineData(500, "30 30.04 5 5.04 30.08 30.12 5.08 5.12 30.16 5.16", 0.32, "TwoCounters")]
    [InlineData(-600, "1 0.95 0.9 0.85 0.8", 0, "")]
    [InlineData(0, "12.3 12.3 12.299 12.3 12.299", 0, "")]
    public void Add_StoryTold_CountsWhatWasConsumed(double watts, string values, double expected, string kinds)
    {
        var readings = values.Split(' ').Select((text, index) => new MeterReading(
            Start.AddMinutes(5 * index), watts, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
        var (counted, breaks) = Fold(3680, [.. readings]);
        Assert.InRange(counted, expected - 0.0101, expected + 0.0101);
        Assert.Equal(kinds, string.Join(' ', breaks.Values));
    }

    [Fact]
    public void Add_CounterThatRunsBackOnExport_CountsExportApart()
    {
        var account = EnergyAccount.Empty;
        for (var index = 0; index <= 36; index++)
        {
            var watts = index is > 0 and <= 18 ? -600 : 600;
            var value = 1 - (0.05 * (index <= 18 ? index : 36 - index));
            var result = account.Add(new(Start.AddMinutes(5 * index), watts, Math.Round(value, 3)), 3680);
            Assert.Null(result.Break);
            account = result.Account;
        }

        Assert.Equal((0.9, 0.9), (Math.Round(account.CountedKilowattHours, 6), Math.Round(account.ExportedKilowattHours, 6)));
    }

    [Fact]
    public void Add_TenThousandDrawnStories_StayWithinWhatCanBeKnown()
    {
        List<string> wrong = [];
        for (var seed = 0; seed < 10_000; seed++)
        {
            var story = new MeterStory(seed);
            List<EnergyBreak> breaks = [];
            var counted = story.Count(breaks).CountedKilowattHours;
            if (Math.Abs(counted - story.Consumed) > story.Tolerance || (story.Kind is "none" or "gap" or "export" && breaks.Count > 0))
            {
                wrong.Add(FormattableString.Invariant(
                    $"{seed} {story.Kind}: {counted:0.####} of {story.Consumed:0.####} ± {story.Tolerance:0.####} [{string.Join(' ', breaks.Select(each => each.Kind))}]"));
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join('\n', wrong.Take(40))}");
    }

    private static (double Counted, SortedDictionary<DateTimeOffset, MeterResetKind> Breaks) Fold(double limit, MeterReading[] readings)
    {
        var account = EnergyAccount.Empty;
        var breaks = new SortedDictionary<DateTimeOffset, MeterResetKind>();
        foreach (var reading in readings)
        {
            var result = account.Add(reading, limit);
            if (result.Break is { } found)
            {
                breaks[found.At] = found.Kind;
            }

            account = EnergyAccount.FromJson(result.Account.ToJson());
        }

        return (account.CountedKilowattHours, breaks);
    }
}
