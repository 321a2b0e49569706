using MqttChat.Web.Observability;

namespace MqttChat.Tests.Observability;

/// <summary>The last minutes and the last hour, from one sample a second.</summary>
public sealed class CounterHistoryTests
{
    private readonly CounterHistory _history = new();

    [Fact]
    public void Rate_OfTenReportsASecond_IsTen()
    {
        Take(20, reportsASecond: 10);

        Assert.Equal(10, _history.ReportsPerSecond, 3);
        Assert.All(_history.Points, point => Assert.Equal(10, point, 3));
        Assert.Equal(3, _history.Points.Length);
    }

    [Fact]
    public void Rate_WhenReportsStop_FallsToZeroWithinSeconds()
    {
        Take(20, reportsASecond: 10);
        for (var second = 0; second < 6; second++)
        {
            _history.Take(new(Stored: 190, 0, 0, 0, 0, 0));
        }

        Assert.Equal(0, _history.ReportsPerSecond);
    }

    [Fact]
    public void Points_BetweenTwoNewOnes_AreTheSameArray()
    {
        Take(11, reportsASecond: 1);
        var before = _history.Points;

        _history.Take(new(99, 0, 0, 0, 0, 0));

        Assert.True(before == _history.Points);
    }

    [Fact]
    public void Points_AfterAnHour_AreBounded()
    {
        Take(3600, reportsASecond: 1);

        Assert.Equal(CounterHistory.MaxPoints, _history.Points.Length);
    }

    [Fact]
    public void LastHour_AfterTwoHours_HoldsOnlyTheLast()
    {
        Take(7200, reportsASecond: 1);

        Assert.InRange(_history.LastHour.Stored, 3600 - 61, 3600 + 61);
    }

    [Fact]
    public void LastHour_OfOneDropLongAgo_IsZeroAgain()
    {
        _history.Take(default);
        for (var second = 0; second < 3720; second++)
        {
            _history.Take(new(0, 0, Dropped: 5, 0, 0, 0));
        }

        Assert.Equal(0, _history.LastHour.Dropped);
    }

    private void Take(int seconds, long reportsASecond)
    {
        for (var second = 0; second < seconds; second++)
        {
            _history.Take(new(second * reportsASecond, 0, 0, 0, 0, 0));
        }
    }
}
