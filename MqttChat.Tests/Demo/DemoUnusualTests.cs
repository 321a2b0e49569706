using Microsoft.Extensions.Configuration;
using MqttChat.Domain.Telemetry.Habits;
using MqttChat.Web.Demo;

namespace MqttChat.Tests.Demo;

/// <summary>The demo's dashboard names the heater that somebody left on, and nothing else, whenever the house is opened.</summary>
public sealed class DemoUnusualTests
{
    // A Monday; each hour of the day gets a day of the week and minutes of its own.
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Hours() => [.. Enumerable.Range(0, 24)];

    [Theory]
    [MemberData(nameof(Hours))]
    public void Line_OfAHouseOpenedAtAnyTime_NamesTheHeaterAlone(int hour)
    {
        var opened = Monday.AddDays(hour * 5 % 7).AddHours(hour).AddMinutes(hour * 17 % 60);
        var plugs = DemoPlugs.Of(DemoWords.For(new ConfigurationBuilder().Build()), TimeZoneInfo.Utc, opened, TimeProvider.System);

        var unusual = plugs.Where(plug => Unusual(plug.Plug.Meter, opened.AddMinutes(20)) is not null).Select(plug => plug.Plug.Label.Topic);

        Assert.Equal(["heater"], unusual);
    }

    private static UnusualPlug? Unusual(SimulatedMeter meter, DateTimeOffset now)
    {
        double Watts(DateTimeOffset at) => Enumerable.Range(0, meter.Channels).Sum(channel => meter.Watts(channel, at));
        double Mean(DateTimeOffset from, int minutes, int step) => Enumerable.Range(0, minutes / step).Average(part => Watts(from.AddMinutes(part * step)));
        var hour = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        var part = now.AddTicks(-(now.Ticks % TimeSpan.FromMinutes(5).Ticks));
        double?[] hours = [.. Enumerable.Range(1, PlugHabit.DaysKnown * 24).Reverse().Select(ago => (double?)Mean(hour.AddHours(-ago), 60, 6))];
        var lately = Enumerable.Range(0, 24 * 12).Reverse().Select(ago => part.AddMinutes(-5 * ago)).Select(at => (at, Mean(at, 5, 1)));
        return UnusualPower.Of(1, new PlugHabit(hours, now, [.. lately]), Watts(now), true, now);
    }
}
