namespace MqttChat.Web.Telemetry;

/// <summary>
/// Points of one line as they cross the wire: buckets come at a steady pace, so a point costs little more than its watts. The
/// chart's script unpacks it.
/// </summary>
/// <param name="Line">Which line.</param>
/// <param name="Before">How many milliseconds before now the first point is.</param>
/// <param name="Steps">Milliseconds from each point to the next; a negative number repeats the step before it so many times.</param>
/// <param name="Watts">With one decimal; null is a break.</param>
internal sealed record PackedLine(int Line, long Before, IReadOnlyList<long> Steps, IReadOnlyList<double?> Watts)
{
    /// <summary>Packs points that are in order of time.</summary>
    public static IReadOnlyList<PackedLine> Of(IEnumerable<ChartPoint> points, DateTimeOffset now) =>
        [.. points.GroupBy(point => point.Line).Select(line => Pack(line.Key, [.. line], now))];

    private static PackedLine Pack(int line, ChartPoint[] points, DateTimeOffset now)
    {
        // Whole milliseconds of the clock and not of the distance: the same reading told twice must come out at the same time.
        var times = Array.ConvertAll(points, point => point.At.ToUnixTimeMilliseconds());
        var steps = new List<long>();
        for (var i = 1; i < times.Length; i++)
        {
            var step = times[i] - times[i - 1];
            var repeats = steps.Count > 0 && steps[^1] < 0;
            if (steps.Count > 0 && step == (repeats ? steps[^2] : steps[^1]))
            {
                if (repeats)
                {
                    steps[^1]--;
                }
                else
                {
                    steps.Add(-1);
                }
            }
            else
            {
                steps.Add(step);
            }
        }

        return new(
            line, now.ToUnixTimeMilliseconds() - times[0], steps,
            Array.ConvertAll(points, point => point.Watts is { } watts ? Math.Round(watts, 1) : (double?)null));
    }
}
