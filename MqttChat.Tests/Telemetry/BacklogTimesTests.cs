using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Tests.Telemetry;

public sealed class BacklogTimesTests
{
    private static readonly DateTimeOffset Start = new(2026, 10, 25, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Fact]
    public void Of_SomeSay1970_LieBetweenTheirNeighbours()
    {
        var reports = Every5(12, i => i is 3 or 4 or 8 ? Epoch(90) : Utc(i));
        AssertEvery5(12, BacklogTimes.Of(reports, Span(13), null, null));
    }

    [Fact]
    public void Of_AllSay1970_AreAsFarApartAsTheirClock_WhateverTheBurstBefore()
    {
        var reports = Every5(120, i => Epoch(300 * i));
        AssertEvery5(120, BacklogTimes.Of(reports, Span(121) with { Interval = TimeSpan.FromSeconds(75) }, null, null), TimeSpan.FromMinutes(4));
    }

    [Fact]
    public void Of_ClockBeganAnewInTheMiddle_CountsOnFromThere()
    {
        var reports = Every5(20, i => Epoch(300 * (i > 9 ? i - 9 : i)));
        AssertEvery5(20, BacklogTimes.Of(reports, Span(21), null, null));
    }

    [Fact]
    public void Of_MoreThanFits_IsCloserTogether()
    {
        var times = BacklogTimes.Of(Every5(9, _ => null), Span(4), null, null);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => Start.AddMinutes(2 * i)), times);
    }

    [Fact]
    public void Of_ClockJumpsByAnHourAndBack_TheRightTimesDecide()
    {
        var reports = Every5(24, i => new ReportTime(Utc(i).Clock.AddHours(i is > 6 and < 11 ? 1 : 0), HasZone: true));
        AssertEvery5(24, BacklogTimes.Of(reports, Span(25), null, null));
    }

    // The change lies after the twelfth report. A live report tells the new offset, or none comes.
    [Theory]
    [InlineData(120, 60, true)]
    [InlineData(120, 60, false)]
    [InlineData(60, 120, true)]
    [InlineData(630, 660, true)]
    [InlineData(-240, -300, true)]
    [InlineData(-240, -300, false)]
    public void Of_SummerTimeChanges_EachIsInItsOwnHour(int before, int after, bool live)
    {
        var reports = Every5(36, i => Local(i, i <= 12 ? before : after));
        AssertEvery5(36, BacklogTimes.Of(reports, Span(37), before, live ? after : null));
    }

    // Reports are missing around the change, so that no time is out of order: the counter, at an even 800 W, tells in which gap the hour lies.
    [Theory]
    [InlineData(0, 12)]
    [InlineData(4, 18)]
    [InlineData(6, 20)]
    public void Of_TheRepeatedHourLiesInAGap_TheCounterTellsInWhich(int from, int to)
    {
        int[] delivered = [.. Enumerable.Range(1, 36).Where(i => i <= from || i >= to)];
        var reports = delivered.Select(i => new BacklogReport(
            Local(i, i <= 12 && i <= from ? 120 : 60), Start.AddMinutes(185), new(5 + (i * 0.8 / 12), 800))).ToList();

        var times = BacklogTimes.Of(reports, Span(37) with { Meter = new(5, 800) }, 120, 60);

        Assert.Equal(delivered.Select(i => Start + (i * FiveMinutes)), times);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_SummerTimeBegan_AndOnlyTheLastReportsAreAhead_EachIsInItsOwnHour(bool live)
    {
        // Three hours after the change without a live report: most times lie in the past under either offset.
        var reports = Every5(60, i => Local(i, i <= 12 ? 60 : 120));

        AssertEvery5(60, BacklogTimes.Of(reports, Span(61), 60, live ? 120 : null));
    }

    [Theory]
    [InlineData(null, 540)]
    [InlineData(540, null)]
    [InlineData(540, 540)]
    [InlineData(-300, 540)]
    public void Of_OneOffset_IsTheLearntOne(int? before, int? after) =>
        AssertEvery5(36, BacklogTimes.Of(Every5(36, i => Local(i, 540)), Span(37), before, after));

    [Property(MaxTest = 300)]
    public Property Of_AnyClock_KeepsTheOrderWithinTheWindow() => Prop.ForAll(
        Gen.Choose(-2, 1_000_000).ArrayOf().ToArbitrary(), Gen.Elements<int?>(null, 0, 60, 120).ToArbitrary(), Gen.Elements<int?>(null, 60, 120).ToArbitrary(),
        (clocks, before, after) =>
        {
            var end = Start.AddDays(2);
            var reports = clocks.Select((clock, i) => new BacklogReport(
                clock < 0 ? null : clock % 3 == 0 ? Epoch(clock) : new ReportTime(Start.AddSeconds(clock / 4), clock % 3 == 1), end)).ToList();
            var times = BacklogTimes.Of(reports, new BacklogSpan(Start, end, false, FiveMinutes), before, after);
            return times.Zip(times.Skip(1), (earlier, later) => earlier <= later).All(ordered => ordered)
                && times.All(at => at >= Start && at <= end);
        });

    private static List<BacklogReport> Every5(int count, Func<int, ReportTime?> time) =>
        [.. Enumerable.Range(1, count).Select(i => new BacklogReport(time(i), Start.AddMinutes(5 * (count + 1))))];

    private static BacklogSpan Span(int intervals) => new(Start, Start + (intervals * FiveMinutes), NextFollows: true, FiveMinutes);

    private static ReportTime Utc(int i) => new(Start + (i * FiveMinutes), HasZone: true);

    private static ReportTime Local(int i, int offset) => new(Start.AddMinutes((5 * i) + offset), HasZone: false);

    private static ReportTime Epoch(int seconds) => new(DateTimeOffset.UnixEpoch.AddSeconds(seconds), HasZone: true);

    private static void AssertEvery5(int count, DateTimeOffset[] times, TimeSpan within = default)
    {
        Assert.Equal(count, times.Length);
        for (var i = 0; i < count; i++)
        {
            var expected = Start + ((i + 1) * FiveMinutes);
            Assert.True((times[i] - expected).Duration() <= within + TimeSpan.FromMilliseconds(1), $"{i + 1}: {times[i]:O} for {expected:O}");
        }
    }
}
