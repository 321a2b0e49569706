using FsCheck;
using FsCheck.Xunit;
using MqttChat.Domain.Telemetry.Counting;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry.Counting;

public sealed class EnergyAccountTests
{
    private const double Limit = 3680;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> TotalIncreasing =>
        [.. PayloadRow.Read("counter-series.jsonl").Where(row => row.Root.GetProperty("rule").GetString() == "ha_total_increasing").Select(row => row.Id)];

    [Theory]
    [MemberData(nameof(TotalIncreasing))]
    public void Add_CollectedSeries_CountsWhatItSays(string id)
    {
        var row = PayloadRow.Read("counter-series.jsonl").Single(row => row.Id == id).Root;
        var unit = row.GetProperty("unit").GetString() == "Wmin" ? 60_000d : 1;
        var expected = row.TryGetProperty("cumulative_after", out var after) ? after : row.GetProperty("cumulative_kwh_after");
        foreach (var spacing in new[] { TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromDays(1) })
        {
            var account = EnergyAccount.Empty;
            foreach (var (index, value) in row.GetProperty("values").EnumerateArray().Index())
            {
                account = account.Add(new(Start + (index * spacing), null, value.GetDouble() / unit), Limit).Account;
                if (expected.TryGetProperty($"{index + 1}", out var counted))
                {
                    Assert.Equal(counted.GetDouble(), account.CountedKilowattHours, 9);
                }
            }
        }
    }

    [Theory]
    [InlineData("5 6 nan 7", 2)]
    [InlineData("5 6 -1 7", 2)]
    [InlineData("0 0.5", 0.5)]
    [InlineData("10 9 10.5", 0.5)]
    [InlineData("10 8.9 9.5", 9.5)]
    [InlineData("10 0 10.25", 0.25)]
    [InlineData("10 0 10", 0)]
    [InlineData("10 0 0 0 10.25 10.5", 0.5)]
    [InlineData("1010 0 1009.5 1011", 1)]
    [InlineData("10 0 0.5 1", 1)]
    [InlineData("1 0 2", 2)]
    public void Add_CounterInSteps_CountsWithoutJumps(string values, double expected) =>
        Assert.Equal(expected, Fold(values, TimeSpan.FromMinutes(5)).Last().Account.CountedKilowattHours, 9);

    [Fact]
    public void Add_StepBeyondTheLimit_IsAnotherMeter()
    {
        var results = Fold("5 5000 5001", TimeSpan.FromMinutes(5));
        Assert.Equal((null, null), (results[1].Step, results[1].Break));
        Assert.Equal(new EnergyBreak(Start.AddMinutes(5), MeterResetKind.Replaced, 5, 5000), results[2].Break);
        Assert.Equal(1, results[2].Account.CountedKilowattHours, 9);
    }

    [Fact]
    public void Add_FallToAValueBeyondTheLimit_IsAnotherMeter()
    {
        var results = Fold("5000 300 301", TimeSpan.FromMinutes(5));
        Assert.Equal(MeterResetKind.Replaced, results[2].Break?.Kind);
        Assert.Equal(1, results[2].Account.CountedKilowattHours, 9);
    }

    [Fact]
    public void Add_LongGap_AllowsWhatTheChannelCanDraw() =>
        Assert.Equal(300, Fold("0 300", TimeSpan.FromDays(4)).Last().Account.CountedKilowattHours, 9);

    [Theory]
    [InlineData("10 0 10.25", MeterResetKind.Glitch)]
    [InlineData("10 0 0.25", MeterResetKind.Reset)]
    public void Add_Zero_IsWhatTheNextReadingSays(string values, MeterResetKind kind)
    {
        var results = Fold(values, TimeSpan.FromMinutes(5));
        Assert.Null(results[1].Break);
        Assert.Equal((kind, Start.AddMinutes(5), 10d), (results[2].Break!.Value.Kind, results[2].Break!.Value.At, results[2].Break!.Value.FromKilowattHours));
    }

    [Fact]
    public void Add_Step_BelongsBetweenItsTwoReadings()
    {
        var results = Fold("10 11 0 11.5", TimeSpan.FromMinutes(5));
        Assert.Equal(new(Start, Start.AddMinutes(5), 1), results[1].Step);
        Assert.Equal(new(Start.AddMinutes(5), Start.AddMinutes(15), 0.5), results[3].Step);
    }

    [Fact]
    public void Add_PowerWithoutCounter_IsIntegrated()
    {
        var account = Powers((0, 100), (60, 200), (120, 200)).Account;
        Assert.Equal((150 + 200) / 60_000d, account.CountedKilowattHours, 9);
        Assert.Equal(TimeSpan.FromSeconds(60), account.UsualInterval);
    }

    [Theory]
    [InlineData(120, true)]
    [InlineData(121, false)]
    public void Add_PowerAfterAGap_IsBridgedUpToTwiceTheUsual(int gap, bool bridged)
    {
        var result = Powers((0, 60), (60, 60), (120, 60), (120 + gap, 60));
        Assert.Equal(bridged, result.Step is not null);
    }

    [Fact]
    public void Add_BurstsBetweenRegularReports_DoNotCutTheBridges()
    {
        var account = Powers((0, 60), (300, 60), (302, 60), (304, 60), (306, 60), (600, 60)).Account;
        Assert.Equal(60 * 600 / 3_600_000d, account.CountedKilowattHours, 9);
    }

    [Fact]
    public void Add_Export_AddsNothing() => Assert.Equal(0, Powers((0, -500), (60, -500)).Account.CountedKilowattHours);

    [Fact]
    public void Add_ChannelThatGetsACounter_StopsIntegrating()
    {
        var account = Powers((0, 60), (60, 60)).Account;
        account = account.Add(new(Start.AddSeconds(120), null, 7), Limit).Account;
        account = account.Add(new(Start.AddSeconds(180), 3_000, 7.05), Limit).Account;
        account = account.Add(new(Start.AddSeconds(240), 3_000, null), Limit).Account;
        Assert.Equal(0.001 + 0.05, account.CountedKilowattHours, 9);
        Assert.Equal(Start.AddSeconds(240), account.LastReadingAt);
    }

    [Property]
    public bool Add_AnyReadings_NeverTakesAway((double?, double?, uint)[] readings)
    {
        var account = EnergyAccount.Empty;
        var at = Start;
        foreach (var (watts, energy, seconds) in readings)
        {
            at = at.AddSeconds(seconds % 100_000);
            var result = account.Add(new(at, watts, energy), Limit);
            if (result.Account.CountedKilowattHours < account.CountedKilowattHours || result.Step is { KilowattHours: <= 0 }
                || !double.IsFinite(result.Account.CountedKilowattHours))
            {
                return false;
            }

            account = result.Account;
        }

        return true;
    }

    [Property]
    public bool Add_RisingCounter_CountsLastLessFirst(PositiveInt first, byte[] steps)
    {
        var value = (double)first.Get;
        var account = EnergyAccount.Empty.Add(new(Start, null, value), Limit).Account;
        for (var index = 0; index < steps.Length; index++)
        {
            // At most what the channel can draw in a minute.
            value += steps[index] / 5000d;
            account = account.Add(new(Start.AddMinutes(index + 1), null, value), Limit).Account;
        }

        return Math.Abs(account.CountedKilowattHours - (value - first.Get)) < 1e-6;
    }

    [Property]
    public bool Add_DipsBetweenTrueValues_AddNothing(PositiveInt first, byte[] dips)
    {
        var high = (double)first.Get;
        var account = EnergyAccount.Empty.Add(new(Start, null, high), Limit).Account;
        for (var index = 0; index < dips.Length; index++)
        {
            var value = index % 2 == 0 ? high * (1 - (dips[index] / 2600d)) : high;
            account = account.Add(new(Start.AddMinutes(index + 1), null, value), Limit).Account;
        }

        return account.CountedKilowattHours == 0;
    }

    [Property]
    public bool ToJson_AnyAccount_ComesBackTheSameAndGoesOnTheSame((double?, double?, uint)[] readings)
    {
        var (kept, stored) = (EnergyAccount.Empty, EnergyAccount.Empty);
        var at = Start;
        foreach (var (watts, energy, seconds) in readings)
        {
            at = at.AddSeconds(seconds % 100_000);
            var reading = new MeterReading(at, watts, energy is { } value ? Math.Abs(value) : null);
            kept = kept.Add(reading, Limit).Account;
            stored = EnergyAccount.FromJson(stored.Add(reading, Limit).Account.ToJson());
            if (kept != stored || stored.ToJson().Length > 2000)
            {
                return false;
            }
        }

        return true;
    }

    [Fact]
    public void FromJson_Null_IsEmpty() => Assert.Equal(EnergyAccount.Empty, EnergyAccount.FromJson(null));

    private static List<EnergyResult> Fold(string values, TimeSpan spacing)
    {
        var results = new List<EnergyResult>();
        foreach (var (index, text) in values.Split(' ').Index())
        {
            var value = text == "nan" ? double.NaN : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            var account = results.Count == 0 ? EnergyAccount.Empty : results[^1].Account;
            results.Add(account.Add(new(Start + (index * spacing), null, value), Limit));
        }

        return results;
    }

    private static EnergyResult Powers(params (int Second, double Watts)[] readings)
    {
        var result = new EnergyResult(EnergyAccount.Empty);
        foreach (var (second, watts) in readings)
        {
            result = result.Account.Add(new(Start.AddSeconds(second), watts, null), Limit);
        }

        return result;
    }
}
