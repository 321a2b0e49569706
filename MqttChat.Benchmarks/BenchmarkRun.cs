using System.Collections.Concurrent;
using System.Diagnostics;

namespace MqttChat.Benchmarks;

/// <summary>What one benchmark came to.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Figures">What it measured, also when it failed after that.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Failure">Why it did not come to its end.</param>
internal sealed record BenchmarkResult(string Name, IReadOnlyList<Figure> Figures, double Seconds, string? Failure);

/// <summary>Runs benchmarks one after another, each within its own time; one that fails does not stop the others.</summary>
internal sealed class BenchmarkRun(IReadOnlyList<Benchmark> benchmarks)
{
    // For taking down what it started.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly List<BenchmarkResult> _results = [];

    public IReadOnlyList<BenchmarkResult> Results => _results;

    public async Task RunAsync()
    {
        if (benchmarks.Any(benchmark => benchmark.NeedsProgram))
        {
            Console.Error.WriteLine("publishing the program ...");
            await PublishedRelease.UseAsync();
        }

        foreach (var benchmark in benchmarks)
        {
            Console.Error.WriteLine($"{benchmark.Name} ...");
            var result = await RunAsync(benchmark);
            _results.Add(result);
            Console.Error.WriteLine($"{benchmark.Name}: {result.Failure ?? "done"}, {result.Seconds:0} s");
        }
    }

    private static async Task<BenchmarkResult> RunAsync(Benchmark benchmark)
    {
        var figures = new Collected();
        var watch = Stopwatch.StartNew();
        string? failure = null;
        using var limit = new CancellationTokenSource(benchmark.TimeLimit);
        try
        {
            // One that does not heed its limit is left behind: its figures must not keep the others from theirs.
            await Task.Run(() => benchmark.RunAsync(figures, limit.Token)).WaitAsync(benchmark.TimeLimit + Grace);
        }
        catch (Exception error) when (limit.IsCancellationRequested)
        {
            failure = $"not done within {benchmark.TimeLimit.TotalSeconds:0} s ({error.GetType().Name})";
        }
        catch (Exception error)
        {
            failure = $"{error.GetType().Name}: {error.Message}";
            Console.Error.WriteLine(error);
        }

        return new(benchmark.Name, [.. figures], watch.Elapsed.TotalSeconds, failure);
    }

    /// <summary>Tells each figure as soon as it is known.</summary>
    private sealed class Collected : ICollection<Figure>
    {
        private readonly ConcurrentQueue<Figure> _figures = new();

        public int Count => _figures.Count;

        public bool IsReadOnly => false;

        public void Add(Figure item)
        {
            _figures.Enqueue(item);
            Console.Error.WriteLine($"  {Report.Row(item)}");
        }

        public void Clear() => throw new NotSupportedException();

        public bool Contains(Figure item) => _figures.Contains(item);

        public void CopyTo(Figure[] array, int arrayIndex) => _figures.CopyTo(array, arrayIndex);

        public bool Remove(Figure item) => throw new NotSupportedException();

        public IEnumerator<Figure> GetEnumerator() => _figures.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
