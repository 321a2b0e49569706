using MqttChat.Benchmarks;
using MqttChat.Benchmarks.Chat;

if (args is ["--hello-world", var address])
{
    await HelloWorld.RunAsync(address);
    return 0;
}

// Usage: dotnet run -c Release --project MqttChat.Benchmarks [-- NAME ...]
Benchmark[] all =
[
    new IngestBenchmark(), new LargeHouseBenchmark(), new LatencyBenchmark(), new DashboardBenchmark(), new StoreBenchmark(), new PostBenchmark(), new PostApiBenchmark(),
    new PaintBenchmark(), new BusyPaintBenchmark(), new FanOutBenchmark(), new MemoryBenchmark(), new ChartBenchmark(), new QueryBenchmark(), new PageBenchmark(),
    new GrowthBenchmark(), new FrontDoorBenchmark(),
];
var unknown = args.Except(all.Select(benchmark => benchmark.Name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"No such benchmark: {string.Join(", ", unknown)}. There are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}");
    return 2;
}

var run = new BenchmarkRun([.. all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name))]);
await run.RunAsync();
await Report.WriteAsync(run.Results);
return run.Results.Any(result => result.Failure is not null) ? 1 : 0;
