using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Tests.Telemetry;

/// <summary>
/// A drawn story of a plug: a load that changes, a counter with its digits, and what happens to it on the way. Knows what was consumed,
/// and how much of it nobody can know.
/// </summary>
internal sealed class MeterStory
{
    private const double Limit = 3680;
    private static readonly string[] Kinds = ["none", "glitch", "zero", "reset", "rollback", "replaced", "gap", "export"];
    private readonly Random _random;
    private readonly List<MeterReading> _readings = [];
    private readonly int _seconds;
    private readonly double _digit;
    private double _watts;
    private double _counter;
    private DateTimeOffset _at = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public MeterStory(int seed)
    {
        _random = new Random(seed);
        _seconds = Pick(10, 30, 60, 300, 900);
        _digit = Pick(0.001, 0.001, 0.01, 0.1);
        _watts = Pick(0.0, 5, 60, 400, 1500, 3000);
        _counter = Pick(3.3, 55.2, 812.4, 5000.1) + _random.NextDouble();
        Tolerance = 5 * _digit;
        Kind = Kinds[_random.Next(Kinds.Length)];
        Run(6 + _random.Next(12));
        Happen();
        Run(8 + _random.Next(12));
    }

    public string Kind { get; }

    public double Consumed { get; private set; }

    public double Tolerance { get; private set; }

    public IReadOnlyList<MeterReading> Readings => _readings;

    private double AnInterval => _watts * _seconds / 3_600_000;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private void Run(int reports)
    {
        for (var i = 0; i < reports; i++)
        {
            Pass(_seconds);
            Report(_counter);
            if (Kind is "none" or "gap" && _random.Next(5) == 0)
            {
                _watts = Pick(0.0, 5, 60, 400, 1500, 3000);
            }
        }
    }

    private void Pass(int seconds)
    {
        _at = _at.AddSeconds(seconds);
        var used = _watts * seconds / 3_600_000;
        Consumed += _readings.Count == 0 ? 0 : Math.Max(0, used);
        _counter += used;
    }

    private void Report(double counter) =>
        _readings.Add(new(_at, _watts * (0.99 + (_random.NextDouble() * 0.02)), Math.Floor((counter / _digit) + 1e-9) * _digit));

    private void Happen()
    {
        switch (Kind)
        {
            case "glitch":
                Pass(_seconds);
                Report(_counter * Pick(1000, 0.001, 7.3, 0.4));
                break;
            case "zero":
                Pass(_seconds);
                Report(0);
                break;
            case "gap":
                Pass(_seconds * Pick(20, 500));
                Report(_counter);
                break;
            case "export":
                _watts = -Pick(100, 600);
                break;
            case "none":
                break;
            default:
                Break();
                break;
        }
    }

    // The power fails for some minutes; up to two intervals of what was used are seen by nobody.
    private void Break()
    {
        _at = _at.AddSeconds(60 + _random.Next(600));
        _counter = Kind switch
        {
            "reset" => 0,
            "rollback" => _counter - Math.Min(_counter * 0.4, 0.3 + (_random.NextDouble() * 2)),
            _ => _counter + Pick(-1.0, 1) * _counter * 0.8,
        };
        Tolerance += (2 * AnInterval) + (2 * _digit);
        if (Kind == "replaced" && _counter <= 1.5 * _watts * (_seconds + 660) / 3_600_000)
        {
            // Another meter that stands as low as one that began again: nobody can tell them apart.
            Tolerance += _counter;
        }
    }

    public EnergyAccount Count(List<EnergyBreak> breaks)
    {
        var account = EnergyAccount.Empty;
        foreach (var reading in _readings)
        {
            var result = account.Add(reading, Limit);
            account = _random.Next(4) == 0 ? EnergyAccount.FromJson(result.Account.ToJson()) : result.Account;
            if (result.Break is { } found)
            {
                breaks.RemoveAll(each => each.At == found.At);
                breaks.Add(found);
            }
        }

        return account;
    }
}
