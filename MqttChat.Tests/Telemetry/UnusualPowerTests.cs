using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Habits;

namespace MqttChat.Tests.Telemetry;

/// <summary>"What is on that shouldn't be?", by hours of four weeks.</summary>
public class UnusualPowerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 14, 20, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2026, 3, 2, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Heater_OnSinceTheMorning_IsUnusualAndSaysForHowLong()
    {
        var found = Judge(at => at >= End.AddHours(-9) ? 700 : Evening(at) ? 650 : 1.1, 1190);

        Assert.Equal(UnusualKind.UsuallyOff, found!.Kind);
        Assert.InRange(found.OnFor, TimeSpan.FromHours(9.2), TimeSpan.FromHours(9.5));
        Assert.Equal(1190, found.Watts);
    }

    [Fact]
    public void Heater_ThatRestsByItsThermostat_IsStillOn() =>
        Assert.Equal(700, Judge(at => at >= End.AddHours(-9) ? 700 : Evening(at) ? 650 : 1.1, 1.1, recent: 700)!.Watts);

    [Fact]
    public void Heater_SwitchedOffByItsPlug_IsNotUnusualAnyMore() =>
        Assert.Null(Judge(at => at >= End.AddHours(-9) ? 700 : Evening(at) ? 650 : 1.1, 0, isOn: false, recent: 700));

    [Fact]
    public void Heater_InItsFirstHours_IsNobodysBusiness() =>
        Assert.Null(Judge(at => at >= End.AddHours(-1) ? 700 : Evening(at) ? 650 : 1.1, 1190));

    [Fact]
    public void Television_WatchedTwiceWithAPauseBetween_WasNotOnAllTheTime()
    {
        // On from 11:20 to 12:20 and since 12:50: in each of the hours, but not all the time.
        var habit = Habit(
            at => at >= End.AddHours(-3) ? 80 : 0.6,
            at => at.Day != Now.Day ? 0.6 : at.TimeOfDay.TotalMinutes is >= 680 and < 740 or >= 770 ? 110 : 0.6);

        Assert.Equal(new DateTimeOffset(2026, 3, 2, 12, 50, 0, TimeSpan.Zero), habit.OnSince(Now));
        Assert.Null(UnusualPower.Of(1, habit, 110, true, Now));
    }

    [Fact]
    public void Heater_OnSinceTheDayBeforeYesterday_SaysForHowLong() =>
        Assert.Equal(TimeSpan.FromHours(44).Add(Now - End), Judge(at => at >= End.AddHours(-44) ? 700 : Evening(at) ? 650 : 1.1, 1190)!.OnFor);

    [Fact]
    public void Heater_OfWhichNothingWasHeardForAWhile_WasOnAllTheTime() =>
        Assert.Equal(
            Now.AddHours(-9).AddMinutes(-5),
            Habit(at => at >= End.AddHours(-9) ? 700 : 1.1, at => at.Minute is >= 5 and < 50 ? null : at >= Now.AddHours(-9).AddMinutes(-5) ? 700 : 1.1).OnSince(Now)!.Value,
            TimeSpan.FromMinutes(40));

    [Fact]
    public void Heater_AtItsUsualTime_IsUsual() => Assert.Null(Judge(at => at.Hour is >= 11 and < 16 ? 700 : 1, 1190));

    [Fact]
    public void Heater_AtItsUsualTimeButOnSinceYesterday_IsOnForTooLong()
    {
        var found = Judge(at => at >= End.AddHours(-20) || at.Hour is >= 12 and < 15 ? 700 : 1, 1190);

        Assert.Equal((UnusualKind.Longer, TimeSpan.FromHours(3)), (found!.Kind, found.UsualOnFor));
    }

    [Fact]
    public void Washing_EveryMonday_IsUsualOnMondays() =>
        Assert.Null(Judge(at => at.DayOfWeek == DayOfWeek.Monday && at.Hour is >= 10 and < 17 ? 400 : 0.8, 400));

    [Fact]
    public void Fridge_ThatAlwaysRuns_IsUsual() => Assert.Null(Judge(at => 38 + (at.Hour % 3), 86));

    [Fact]
    public void Fridge_WithItsDoorOpen_DrawsMoreThanUsual()
    {
        var found = Judge(at => at >= End.AddHours(-3) ? 88 : 38 + (at.Hour % 3), 90);

        Assert.Equal(UnusualKind.More, found!.Kind);
        Assert.InRange(found.UsualWatts, 38, 41);
    }

    [Fact]
    public void Plug_KnownForSixDays_GetsNoOpinion() =>
        Assert.Null(Judge(at => at < End.AddDays(-6) ? null : at >= End.AddHours(-9) ? 700 : 1.1, 1190));

    [Fact]
    public void Plug_ThatNeverDraws_IsUsual() => Assert.Null(Judge(_ => 0, 0));

    [Fact]
    public async Task Habits_OfTheStore_AreForStaffAndCalmAtOnceWhenSwitchedOff()
    {
        await using var house = await IngestHouse.CreateAsync();
        var habits = house.Stores.Services.GetRequiredService<PlugHabits>();
        await house.StoreHeaterLeftOnAsync(days: 20);
        var staff = await house.Stores.AddPersonAsync("staff", isStaff: true);
        var heater = Plugs.Plug(id: 2, name: "Heater", watts: 1200);

        var found = await habits.UnusualAsync(staff, [heater, Plugs.Plug(id: 1)], CancellationToken.None);
        Assert.Equal((2, UnusualKind.UsuallyOff), (Assert.Single(found.Plugs).PlugId, found.Plugs[0].Kind));
        Assert.Equal(1, found.Known);

        var off = await habits.UnusualAsync(staff, [Plugs.Plug(id: 2, name: "Heater", watts: 0, isOn: false)], CancellationToken.None);
        Assert.Empty(off.Plugs);
        var refusal = await Assert.ThrowsAsync<RefusedException>(
            () => habits.UnusualAsync(staff with { IsStaff = false }, [heater], CancellationToken.None));
        Assert.Equal("plug.notStaff", refusal.Code);
    }

    private static bool Evening(DateTimeOffset at) => at.Hour is 6 or 20 or 21;

    private static UnusualPlug? Judge(Func<DateTimeOffset, double?> hourAt, double? watts, bool? isOn = true, double? recent = null) =>
        UnusualPower.Of(1, Habit(hourAt, at => at >= Now.AddMinutes(-20) ? recent ?? watts : hourAt(at)), watts, isOn, Now);

    private static PlugHabit Habit(Func<DateTimeOffset, double?> hourAt, Func<DateTimeOffset, double?> fiveMinutesAt)
    {
        double?[] hours = [.. Enumerable.Range(1, PlugHabit.DaysKnown * 24).Select(ago => hourAt(End.AddHours(-ago))).Reverse()];
        var lately = Enumerable.Range(1, 24 * 12).Select(ago => Now.AddMinutes(-5 * ago)).Reverse()
            .Select(at => (At: at, Watts: fiveMinutesAt(at))).Where(one => one.Watts is not null);
        return new PlugHabit(hours, Now, [.. lately.Select(one => (one.At, one.Watts!.Value))]);
    }
}
