using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public sealed class ReportClockTests
{
    private static readonly DateTimeOffset Receipt = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true, -30, -30)]
    [InlineData(true, -7 * 24 * 3600, -7 * 24 * 3600)]
    [InlineData(true, -7 * 24 * 3600 - 1, null)]
    [InlineData(true, 300, 0)]
    [InlineData(true, 301, null)]
    [InlineData(false, -90, -90)]
    [InlineData(false, -91, 0)]
    [InlineData(false, -600, 0)]
    [InlineData(false, -24 * 3600, 0)]
    [InlineData(false, 300, 0)]
    [InlineData(false, 301, 0)]
    public void Resolve_TimeWithZone_IsBelievedWithinBounds(bool isBacklog, int sentSeconds, int? expectedSeconds)
    {
        var time = new ReportTime(Receipt.AddSeconds(sentSeconds), HasZone: true);
        Assert.Equal(
            expectedSeconds is { } seconds ? Receipt.AddSeconds(seconds) : null, ReportClock.Resolve(time, Receipt, null, isBacklog));
    }

    [Theory]
    [InlineData(-20, null, -20)]
    [InlineData(-20, -30, -20)]
    [InlineData(-20, -10, 0)]
    [InlineData(-20, 3600, 0)]
    public void AfterLast_LiveTimeBeforeWhatWasSaid_IsTheReceipt(int ownSeconds, int? lastSeconds, int expectedSeconds) =>
        Assert.Equal(
            Receipt.AddSeconds(expectedSeconds),
            ReportClock.AfterLast(
                Receipt.AddSeconds(ownSeconds), Receipt, lastSeconds is { } last ? Receipt.AddSeconds(last) : null));

    [Fact]
    public void Resolve_LocalTime_GoesThroughTheOffset()
    {
        var time = new ReportTime(Receipt.AddHours(9).AddSeconds(-20), HasZone: false);
        Assert.Equal(Receipt.AddSeconds(-20), ReportClock.Resolve(time, Receipt, 540, isBacklog: false));
        Assert.Equal(Receipt.AddSeconds(-20), ReportClock.Resolve(time, Receipt, 540, isBacklog: true));
    }

    [Fact]
    public void Resolve_LocalTimeWithoutOffset_IsTheReceiptOrUntimed()
    {
        var time = new ReportTime(Receipt.AddHours(9), HasZone: false);
        Assert.Equal(Receipt, ReportClock.Resolve(time, Receipt, null, isBacklog: false));
        Assert.Null(ReportClock.Resolve(time, Receipt, null, isBacklog: true));
    }

    [Fact]
    public void Resolve_NoTimeOrOneOfTheEpoch_IsTheReceiptOrUntimed()
    {
        var epoch = new ReportTime(DateTimeOffset.UnixEpoch.AddSeconds(1.61), HasZone: true);
        foreach (var time in new ReportTime?[] { null, epoch, new(DateTimeOffset.MinValue, false), new(DateTimeOffset.MaxValue, false) })
        {
            Assert.Equal(Receipt, ReportClock.Resolve(time, Receipt, 840, isBacklog: false));
            Assert.Null(ReportClock.Resolve(time, Receipt, -720, isBacklog: true));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3600 + 89, 60)]
    [InlineData(3600 - 89, 60)]
    [InlineData(3600 + 90, null)]
    [InlineData(5 * 3600 + 45 * 60, 345)]
    [InlineData(-12 * 3600, -720)]
    [InlineData(14 * 3600, 840)]
    [InlineData(15 * 3600, null)]
    [InlineData(-400 * 24 * 3600, null)]
    public void LearnOffset_LocalTime_IsAQuarterHourOrNothing(int aheadSeconds, int? expected) =>
        Assert.Equal(expected, ReportClock.LearnOffset(new(Receipt.AddSeconds(aheadSeconds), HasZone: false), Receipt));

    [Fact]
    public void LearnOffset_TimeWithZone_TeachesNothing() =>
        Assert.Null(ReportClock.LearnOffset(new(Receipt.AddHours(1), HasZone: true), Receipt));
}
