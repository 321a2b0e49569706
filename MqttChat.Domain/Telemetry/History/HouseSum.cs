namespace MqttChat.Domain.Telemetry.History;

/// <summary>A sum of step functions on a grid: each channel's value holds from its time until the next.</summary>
internal sealed class HouseSum
{
    private readonly DateTimeOffset _first;
    private readonly TimeSpan _step;
    private readonly double[] _watts;
    private readonly int[] _channels;

    public HouseSum(TimeRange range, TimeSpan step)
    {
        _step = step;
        _first = new DateTimeOffset((range.From.UtcTicks + step.Ticks - 1) / step.Ticks * step.Ticks, TimeSpan.Zero);
        var count = _first >= range.To ? 0 : (int)((range.To - _first - TimeSpan.FromTicks(1)) / step) + 1;
        _watts = new double[count];
        _channels = new int[count];
    }

    /// <summary>Adds a value to all grid points from a time (inclusive) until another (exclusive).</summary>
    public void Add(DateTimeOffset from, DateTimeOffset until, double watts)
    {
        for (var i = IndexAt(from); i < _watts.Length && _first + (i * _step) < until; i++)
        {
            _watts[i] += watts;
            _channels[i]++;
        }
    }

    /// <summary>One point a step; null where no channel had a value.</summary>
    public List<PowerPoint> Points()
    {
        var points = new List<PowerPoint>(_watts.Length);
        for (var i = 0; i < _watts.Length; i++)
        {
            var watts = _channels[i] == 0 ? (double?)null : _watts[i];
            points.Add(new PowerPoint("", _first + (i * _step), watts, watts, watts));
        }

        return points;
    }

    private int IndexAt(DateTimeOffset time) => time <= _first ? 0 : (int)Math.Min(_watts.Length, Math.Ceiling((time - _first) / _step));
}
