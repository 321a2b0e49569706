using System.Globalization;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Tests.Telemetry.Counting;

/// <summary>What plugs say that cannot be, five minutes apart, "kWh/W" each: what is counted, and what staff are told.</summary>
public sealed class FalseReadingsTests
{
    private const double Limit = 3680;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // One false value, then back.
    [InlineData("10.6/10 242/10 10.7/10 10.8/10", 0.2, "Glitch")]
    [InlineData("50.1/10 95/10 50.2/10", 0.1, "Glitch")]
    [InlineData("50.1/10 4000/10 50.2/10", 0.1, "Glitch")]
    [InlineData("95.1/10 33/10 95.2/10", 0.1, "Glitch")]
    [InlineData("50.1/10 0/10 0.001/10 50.2/10", 0.1, "Glitch")]
    [InlineData("95.1 33 95.2", 0.1, "Glitch")]
    [InlineData("10.6 242 10.7 10.8", 0.2, "Glitch")]
    [InlineData("50.1 0 0.001 50.2", 0.1, "Glitch")]
    // Another plug under the same name: its counter says nothing of the time before.
    [InlineData("40.1/10 20/10 20.1/10", 0.1, "Replaced")]
    [InlineData("3.2/10 3.3/10 70/10 70.1/10", 0.2, "Replaced")]
    // The plug saves its counter seldom and goes on from an older value.
    [InlineData("20/1200 20.5/1200 19.5/1200 20/1200 20.4/1200 20.6/1200", 1.6, "Rollback")]
    [InlineData("20 20.5 19.5 20 20.4 20.6", 1.6, "Rollback")]
    // A counter that runs back while power flows out.
    [InlineData("1.00/100 0.95/-600 0.90/-600 0.85/-600 0.80/-600 0.85/600 0.90/600 1.00/1200", 0.2, "")]
    // A counter of whole kilowatt hours.
    [InlineData("18/2000 18/2000 19/2000 19/2000 19/2000 19/2000", 1, "")]
    public void Add_WhatCannotBe_IsHeldUntilTheNextOnesDecide(string said, double counted, string told)
    {
        var (account, breaks) = Fold(said);
        Assert.Equal(counted, account.CountedKilowattHours, 6);
        Assert.Equal(told.Length == 0 ? [] : [Enum.Parse<MeterResetKind>(told)], breaks.Values);
    }

    [Fact]
    public void Add_TwoPlugsOnOneTopic_CountsOneOfThemAndSaysSoOnce()
    {
        var said = string.Join(' ', Enumerable.Range(0, 24).SelectMany(turn => new[] { $"{30 + (turn / 100d):0.00}/120", $"{5 + (turn / 100d):0.00}/120" }));
        var (account, breaks) = Fold(said);
        Assert.Equal(0.23, account.CountedKilowattHours, 6);
        Assert.Equal([MeterResetKind.Glitch, MeterResetKind.TwoCounters], breaks.Values);
    }

    [Fact]
    public void Add_BackwardsOnExport_IsExport()
    {
        var account = Fold("1.00/100 0.95/-600 0.90/-600 0.95/600").Account;
        Assert.Equal((0.05, 0.1), (Math.Round(account.CountedKilowattHours, 6), Math.Round(account.ExportedKilowattHours, 6)));
    }

    [Fact]
    public void Add_OnePowerBeyondTheLimit_IsNotBelieved_ATwiceToldOneIs()
    {
        var account = EnergyAccount.Empty;
        var believed = new List<double?>();
        foreach (var (index, watts) in new double[] { 40, 85_899, 40, 6_000, 6_000, 6_000 }.Index())
        {
            var result = account.Add(new(Start.AddMinutes(index), watts, null), Limit);
            believed.Add(result.Watts);
            account = result.Account;
        }

        Assert.Equal([40, null, 40, null, 6_000, 6_000], believed);
        Assert.InRange(account.CountedKilowattHours, 0, 0.3);
    }

    [Fact]
    public void Add_LargeConsumerThatSaysSo_IsCountedBeyondTheLimit()
    {
        var said = string.Join(' ', Enumerable.Range(0, 12).Select(index => string.Create(CultureInfo.InvariantCulture, $"{1000 + (index * 0.5)}/6000")));
        var (account, breaks) = Fold(said);
        Assert.Equal(5.5, account.CountedKilowattHours, 6);
        Assert.Empty(breaks);
    }

    [Theory]
    [InlineData(new[] { 0, 0.4, 60, 60.4, 120, 120.4, 180, 180.4, 240 }, 60)]
    [InlineData(new double[] { 0, 60, 120, 4000, 4060, 4120, 4180, 4240, 4300 }, 60)]
    [InlineData(new double[] { 0, 300, 302, 304, 306, 600, 900, 902, 1200 }, 300)]
    public void Usual_BurstsAndOutages_AreNoRule(double[] seconds, double usual)
    {
        var interval = default(UsualInterval);
        foreach (var second in seconds)
        {
            interval = interval.After(Start.AddSeconds(second).UtcTicks);
        }

        Assert.InRange(TimeSpan.FromTicks(interval.Ticks).TotalSeconds, usual * 0.8, usual * 1.6);
    }

    [Fact]
    public void Usual_ReportsThatComeFasterNow_AreLearnt()
    {
        var (interval, second) = (default(UsualInterval), 0);
        for (var report = 0; report < 200; report++)
        {
            second += report < 20 ? 300 : 10;
            interval = interval.After(Start.AddSeconds(second).UtcTicks);
        }

        Assert.InRange(TimeSpan.FromTicks(interval.Ticks).TotalSeconds, 10, 40);
    }

    [Fact]
    public void Add_PowerToldTwiceInASecond_IsIntegrated()
    {
        var account = EnergyAccount.Empty;
        for (var report = 0; report < 61; report++)
        {
            var at = Start.AddMinutes(report);
            account = account.Add(new(at, 100, null), Limit).Account.Add(new(at.AddTicks(1), 100, null), Limit).Account;
        }

        Assert.Equal(0.1, account.CountedKilowattHours, 0.002);
    }

    [Fact]
    public void FromJson_StateOfAnEarlierVersion_GoesOnWhereItStood()
    {
        var account = EnergyAccount.FromJson("""{"c":4.5,"h":120.25,"ct":639081360000000000,"t":639081360000000000,"u":3000000000}""");
        Assert.Equal((4.5, TimeSpan.FromMinutes(5)), (account.CountedKilowattHours, account.UsualInterval));
        var next = account.Add(new(new DateTimeOffset(639081360000000000, TimeSpan.Zero).AddMinutes(5), 120, 120.26), Limit);
        Assert.Equal(4.51, next.Account.CountedKilowattHours, 6);
        Assert.Equal(next.Account, EnergyAccount.FromJson(next.Account.ToJson()));
    }

    private static (EnergyAccount Account, SortedDictionary<DateTimeOffset, MeterResetKind> Breaks) Fold(string said)
    {
        var account = EnergyAccount.Empty;
        var breaks = new SortedDictionary<DateTimeOffset, MeterResetKind>();
        foreach (var (index, text) in said.Split(' ').Index())
        {
            var parts = text.Split('/').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            var result = account.Add(new(Start.AddMinutes(5 * index), parts.Length > 1 ? parts[1] : null, parts[0]), Limit);
            if (result.Break is { } found)
            {
                breaks[found.At] = found.Kind;
            }

            account = result.Account;
        }

        return (account, breaks);
    }
}
