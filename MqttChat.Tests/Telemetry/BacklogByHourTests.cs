using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

/// <summary>A backlog's energy lies in the hours in which it was used, not only in the sum.</summary>
public class BacklogByHourTests
{
    private const int Reports = 72;

    // Local times without a zone; the change lies after the 30th report.
    [Theory]
    [InlineData(120, 60, true)]
    [InlineData(120, 60, false)]
    [InlineData(60, 120, true)]
    public Task Store_BacklogOverAChangeOfSummerTime_IsRightByHour(int before, int after, bool live) =>
        AssertByHourAsync((at, i) => $"{at.AddMinutes(i <= 30 ? before : after):yyyy-MM-ddTHH:mm:ss}", live);

    [Fact]
    public Task Store_BacklogOfWhichSomeSay1970_IsRightByHour() => AssertByHourAsync(
        (at, i) => i % 7 == 3 ? "1970-01-01T00:00:09" : $"{at:yyyy-MM-ddTHH:mm:ss}+00:00", live: true);

    [Fact]
    public Task Store_BacklogOfWhichAllSay1970_IsRightByHour() => AssertByHourAsync(
        (_, i) => $"{DateTimeOffset.UnixEpoch.AddSeconds(40 + (300 * i)):yyyy-MM-ddTHH:mm:ss}", live: true);

    [Fact]
    public Task Store_BacklogOfAClockThatJumpsByAnHour_IsRightByHour() => AssertByHourAsync(
        (at, i) => $"{at.AddHours(i is > 20 and < 30 ? 1 : 0):yyyy-MM-ddTHH:mm:ss}+00:00", live: true);

    // Each hour has its own use, so that a reading in a wrong one shows.
    private static async Task AssertByHourAsync(Func<DateTimeOffset, int, string> time, bool live)
    {
        await using var house = await IngestHouse.CreateAsync();
        house.Stores.Clock.Advance(ToFullHour(house.Now));
        var total = 1.0;
        IncomingReport Report(DateTimeOffset at, int i, bool backlog) => house.Message(
            "tele/zoneless/SENSOR",
            FormattableString.Invariant($$$"""{"Time":"{{{time(at, i)}}}","ENERGY":{"Total":{{{total}}}}}"""), backlog: backlog);
        for (var i = -2; i <= 0; i++)
        {
            await house.StoreAsync(Report(house.Now, i, false));
            house.Stores.Clock.Advance(TimeSpan.FromMinutes(i == 0 ? 5 * (Reports + 1) : 5));
        }

        var start = house.Now.AddMinutes(-5 * (Reports + 1));
        List<IncomingReport> backlog = [];
        for (var i = 1; i <= Reports; i++)
        {
            total = Math.Round(total + (0.001 * ((i - 1) / 12 + 1)), 6);
            backlog.Add(Report(start.AddMinutes(5 * i), i, true));
        }

        foreach (var part in backlog.Chunk(17))
        {
            await house.StoreAsync(part);
        }

        if (live)
        {
            await house.StoreAsync(Report(house.Now, Reports + 1, false));
        }

        await house.Ingest.EndBacklogAsync(house.Lease, CancellationToken.None);
        await house.RecomputeAllAsync();

        Assert.Equal(Reports + 3 + (live ? 1 : 0), (await house.SamplesAsync()).Count);
        Assert.Equal(0, await house.CountAsync<UntimedReport>());
        var hours = (await house.RollupsAsync(RollupResolution.Hour)).ToDictionary(row => row.BucketStart, row => row.EnergyCountedKilowattHours);
        for (var hour = 0; hour < Reports / 12; hour++)
        {
            Assert.Equal(0.012 * (hour + 1), hours[start.AddHours(hour)], 4);
        }
    }

    // The third of three reports, 5 minutes apart, stands at a full hour.
    private static TimeSpan ToFullHour(DateTimeOffset now) =>
        TimeSpan.FromHours(1) - TimeSpan.FromTicks(now.UtcTicks % TimeSpan.TicksPerHour) + TimeSpan.FromMinutes(50);
}
