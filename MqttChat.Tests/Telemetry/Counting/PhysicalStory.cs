using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Tests.Telemetry.Counting;

/// <summary>
/// A plug and its load, drawn at random: what was used is known, what the plug says of it is not always true. Things happen in the
/// middle: power cuts, a counter that starts again or goes on from an older value, false values, another plug, export, reports that get lost.
/// </summary>
internal sealed class PhysicalStory
{
    private const double Limit = 3680;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly List<MeterReading> _readings = [];
    private readonly double _resolution;
    private readonly int _interval;
    private double _seconds;
    private double _counter;
    private double _watts;

    private PhysicalStory(int seed)
    {
        _random = new Random(seed);
        _interval = Pick(10, 30, 60, 300, 900);
        _resolution = Pick(0.001, 0.001, 0.01, 0.1);
        _counter = Math.Round(_random.NextDouble() * Pick(5, 100, 2000), 3);
        _watts = Draw();
    }

    public IReadOnlyList<MeterReading> Readings => _readings;

    /// <summary>What was used while somebody counted, in kWh.</summary>
    public double Used { get; private set; }

    /// <summary>By how much the count may differ: the resolution, and what a break hides.</summary>
    public double Tolerance { get; private set; }

    public string What { get; private set; } = "";

    public double LimitWatts => Limit;

    public static PhysicalStory Of(int seed)
    {
        var story = new PhysicalStory(seed);
        story.Report(story._counter);
        story.Live(story.Pick(6, 10, 20));
        var events = story._random.Next(0, 3);
        for (var i = 0; i < events; i++)
        {
            story.Happen(story._random.Next(9));
            story.Live(14);
        }

        // A coarse counter hides up to a step at the beginning and one at the end.
        story.Tolerance += (2 * story._resolution) + 1e-9;
        return story;
    }

    private void Live(int reports)
    {
        for (var i = 0; i < reports; i++)
        {
            Pass(_interval, counted: true);
            Report(_counter);
            // A small roll-back that is overtaken at once by a larger load looks like a dip.
            if (i >= 3 && _random.Next(12) == 0)
            {
                _watts = Draw();
            }
        }
    }

    private void Happen(int what)
    {
        switch (what)
        {
            case 0:
                What += " reset";
                Cut();
                _counter = 0;
                break;
            case 1:
                What += " rollback";
                // What a plug loses that saves seldom: hours of what it drew, and far more than its resolution.
                Cut();
                var lost = Math.Max(10 * _resolution, _random.NextDouble() * 2);
                // Of a low counter nobody can say whether it started again.
                if (_counter - lost > Math.Max(lost, Limit * Away / 3_600_000))
                {
                    _counter -= lost;
                }

                break;
            case 2:
                What += " replaced";
                Cut();
                var possible = Limit * Away / 3_600_000;
                // A counter that this one may have come to, or may have started again to, is not told from it.
                _counter = _random.Next(2) == 0 && _counter > 2.5 * (possible + 1)
                    ? (_counter * 0.5) + (possible * 0.1) : _counter + possible + 5 + (_random.NextDouble() * 500);
                break;
            case 3:
                What += " false";
                False(_ => Pick(0, _counter * 1000, _counter / 1000, _counter + 200, 4_294_967.295), 1);
                break;
            case 4:
                What += " false twice";
                var factor = Pick(1000, 0.001);
                False(value => value * factor, 2);
                break;
            case 5:
                What += " lost";
                Pass(_interval * _random.Next(2, 200), counted: true);
                break;
            case 6:
                What += " idle";
                _watts = 0;
                Live(20);
                _watts = Draw();
                break;
            case 7:
                What += " tremble";
                for (var i = 0; i < 6; i++)
                {
                    Pass(_interval, counted: true);
                    Report(_counter + (i % 2 == 0 ? -_resolution : 0));
                }

                Tolerance += _resolution;
                break;
            default:
                What += " twice";
                _readings.Add(_readings[^1]);
                break;
        }
    }

    // The power is away: what was used between the last report and the cut is seen by nobody, nor is what was used before the first report after it.
    private void Cut()
    {
        var before = _random.Next(1, _interval);
        Pass(before, counted: false);
        _seconds += _random.Next(5, 4000);
        var after = _random.Next(1, 30);
        _watts = Math.Max(_watts, 20);
        Tolerance += (_watts * (before + after + _interval) / 3_600_000) + (2 * _resolution);
    }

    private void False(Func<double, double> value, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Pass(_interval, counted: true);
            _readings.Add(new(At(), _watts, Math.Round(value(_counter), 6)));
        }
    }

    private void Pass(double seconds, bool counted)
    {
        var used = _watts * seconds / 3_600_000;
        _seconds += seconds;
        _counter += used;
        Used += used;
        if (!counted)
        {
            Tolerance += used;
        }
    }

    private void Report(double value) =>
        _readings.Add(new(At(), Math.Round(_watts, 1), Math.Round(Math.Floor((value / _resolution) + 1e-6) * _resolution, 6)));

    private DateTimeOffset At() => Start.AddSeconds(_seconds);

    // Seconds since the last report.
    private double Away => _seconds - (_readings[^1].At - Start).TotalSeconds;

    private double Draw() => Pick(0.0, 3, 60, 240, 1200, 2000) * (0.9 + (_random.NextDouble() * 0.2));

    private T Pick<T>(params T[] of) => of[_random.Next(of.Length)];
}
