using System.Collections.Immutable;

namespace MqttChat.Web.Observability;

/// <summary>What had been counted at one moment.</summary>
internal readonly record struct CounterSample(long Stored, long Rejected, long Dropped, long Posts, long PostsFailed, long CircuitsRefused)
{
    public static CounterSample operator -(CounterSample left, CounterSample right) => new(
        left.Stored - right.Stored, left.Rejected - right.Rejected, left.Dropped - right.Dropped, left.Posts - right.Posts,
        left.PostsFailed - right.PostsFailed, left.CircuitsRefused - right.CircuitsRefused);
}

/// <summary>
/// The last five minutes of reports and the last hour of all counters, from one sample a second; bounded, and the same
/// points until there is a new one, so that a page need not draw them again.
/// </summary>
internal sealed class CounterHistory
{
    /// <summary>How many points <see cref="Points"/> holds.</summary>
    public const int MaxPoints = 60;

    /// <summary>How many seconds a point sums up.</summary>
    public const int SecondsPerPoint = 5;

    private const int MinutesKept = 60;

    private readonly Queue<CounterSample> _seconds = new();
    private readonly Queue<CounterSample> _minutes = new();
    private readonly Lock _gate = new();
    private CounterSample _now;
    private CounterSample _pointBegan;
    private long _taken;

    /// <summary>Reports a second, oldest first, each the mean of five seconds.</summary>
    public ImmutableArray<double> Points { get; private set; } = [];

    /// <summary>Reports a second now: the mean of the last seconds.</summary>
    public double ReportsPerSecond
    {
        get
        {
            lock (_gate)
            {
                return _seconds.Count < 2 ? 0 : (double)(_now.Stored - _seconds.Peek().Stored) / (_seconds.Count - 1);
            }
        }
    }

    /// <summary>What was counted in the last hour.</summary>
    public CounterSample LastHour
    {
        get
        {
            lock (_gate)
            {
                return _minutes.Count == 0 ? _now : _now - _minutes.Peek();
            }
        }
    }

    /// <summary>Takes one sample; call once a second.</summary>
    public void Take(CounterSample now)
    {
        lock (_gate)
        {
            if (_taken == 0)
            {
                (_pointBegan, _now) = (now, now);
            }

            Keep(_seconds, now, SecondsPerPoint + 1);
            if (_taken % 60 == 0)
            {
                Keep(_minutes, now, MinutesKept + 1);
            }

            if (_taken > 0 && _taken % SecondsPerPoint == 0)
            {
                var point = (double)(now.Stored - _pointBegan.Stored) / SecondsPerPoint;
                Points = [.. Points.Length < MaxPoints ? Points : Points.RemoveAt(0), point];
                _pointBegan = now;
            }

            _now = now;
            _taken++;
        }
    }

    private static void Keep(Queue<CounterSample> samples, CounterSample sample, int most)
    {
        samples.Enqueue(sample);
        if (samples.Count > most)
        {
            samples.Dequeue();
        }
    }
}
