using System.Globalization;
using MqttChat.Domain;

namespace MqttChat.Tests.Telemetry;

/// <summary>Days as the house's people live them.</summary>
public sealed class HouseDaysTests
{
    [Theory]
    [InlineData("UTC", "2026-03-02", "2026-03-02T00:00Z", 24)]
    [InlineData("Asia/Tokyo", "2026-03-02", "2026-03-01T15:00Z", 24)]
    [InlineData("Asia/Kolkata", "2026-03-02", "2026-03-01T18:30Z", 24)]
    [InlineData("Asia/Kathmandu", "2026-03-02", "2026-03-01T18:15Z", 24)]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00Z", 25)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00Z", 24.5)]
    // The clock leaps from 23:59 to 1:00, and from 1:00 back to midnight.
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00Z", 23)]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00Z", 25)]
    public void BeginningOf_ADay_IsItsFirstMoment(string zone, string day, string begins, double hours)
    {
        var days = In(zone);
        var date = DateOnly.Parse(day, CultureInfo.InvariantCulture);

        Assert.Equal(At(begins), days.BeginningOf(date));
        Assert.Equal(hours, (days.BeginningOf(date.AddDays(1)) - days.BeginningOf(date)).TotalHours);
        Assert.Equal(date, days.DayOf(days.BeginningOf(date)));
        Assert.Equal(date.AddDays(-1), days.DayOf(days.BeginningOf(date).AddTicks(-1)));
    }

    [Theory]
    [InlineData("Asia/Tokyo", "2026-03-02T03:00Z", "2026-03-01T03:00Z")]
    [InlineData("Asia/Tokyo", "2026-03-01T15:00Z", "2026-02-28T15:00Z")]
    // The day after the clocks went forward, and back; a time that yesterday did not have, and one that it had twice.
    [InlineData("Europe/Berlin", "2026-03-30T10:00Z", "2026-03-29T10:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29T10:00Z", "2026-03-28T11:00Z")]
    [InlineData("Europe/Berlin", "2026-03-30T00:30Z", "2026-03-29T01:00Z")]
    [InlineData("Europe/Berlin", "2026-10-26T01:30Z", "2026-10-25T00:30Z")]
    public void DayBefore_IsTheSameTimeOnTheWall(string zone, string at, string before) =>
        Assert.Equal(At(before), In(zone).DayBefore(At(at)));

    private static HouseDays In(string zone) => new(TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
