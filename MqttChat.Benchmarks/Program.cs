using MqttChat.Benchmarks;

// Usage: dotnet run -c Release --project MqttChat.Benchmarks [-- NAME ...]
Benchmark[] all = [new IngestBenchmark(), new PostBenchmark()];
var unknown = args.Except(all.Select(benchmark => benchmark.Name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"No such benchmark: {string.Join(", ", unknown)}. There are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}");
    return 2;
}

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(20));
var figures = new List<Figure>();
foreach (var benchmark in all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
{
    Console.Error.WriteLine($"{benchmark.Name} ...");
    figures.AddRange(await benchmark.RunAsync(stop.Token));
}

await Report.WriteAsync(figures);
return 0;
