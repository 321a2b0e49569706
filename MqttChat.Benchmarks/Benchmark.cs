namespace MqttChat.Benchmarks;

/// <summary>A repeatable measurement.</summary>
public abstract class Benchmark
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>How long it may take; what it has measured by then stays in the table.</summary>
    public virtual TimeSpan TimeLimit => TimeSpan.FromMinutes(2);

    /// <summary>It starts the published program (<see cref="MqttChat.Tests.Support.AppProcess"/>).</summary>
    public virtual bool NeedsProgram => true;

    /// <summary>Measures, and adds each figure when it is known; makes and removes its own files and processes.</summary>
    public abstract Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation);

    /// <summary>The median of several rounds of the same length.</summary>
    protected static double Median(IEnumerable<double> rounds) => Percentile(rounds, 50);

    /// <summary>A percentile by nearest rank; not a number when there is nothing.</summary>
    protected static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * percent / 100) - 1, 0, sorted.Length - 1)];
    }
}
