namespace MqttChat.Benchmarks;

/// <summary>One measured figure, beside a limit that the same run measured on the same machine.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure: the median of the rounds.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Limit">What it is held against.</param>
/// <param name="LimitValue">The limit in the same unit.</param>
public sealed record Figure(string Name, double Value, string Unit, string Limit, double LimitValue)
{
    /// <summary>The figure as a share of its limit: what can be compared between machines.</summary>
    public double Ratio => Value / LimitValue;
}

/// <summary>A repeatable measurement.</summary>
public abstract class Benchmark
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Measures; makes and removes its own files.</summary>
    public abstract Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation);

    /// <summary>The median of several rounds of the same length.</summary>
    protected static double Median(IEnumerable<double> rounds)
    {
        var sorted = rounds.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
