using System.Diagnostics;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>Resident memory of one live page: how much the process grows by several hundred of them, after full collections.</summary>
public sealed class MemoryBenchmark : Benchmark
{
    private const int FirstOnes = 40;
    private const int Rooms = 300;
    private const int Dashboards = 150;
    private const int Plugs = 50;

    public override string Name => "memory";

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        var hello = await HelloAsync(cancellation);
        await using var house = await BenchHouse.StartAsync();
        await house.AddPlugsAsync(Plugs, days: 1, cancellation);
        var people = await house.MoveInAsync("Neighbour", FirstOnes + Rooms, cancellation);
        var room = await house.MakeRoomAsync("Everybody here", people, 100, cancellation);
        var staff = await house.StaffPersonAsync(cancellation);
        var page = await MeasureAsync(
            house.App.ProcessId, house.App.BaseAddress, [.. people.Select(person => person.CookieHeader)], $"/rooms/{room}", null, cancellation);
        figures.Add(new Figure("memory of a circuit, resident: room page", page, "KB").Beside("hello world", hello).AtMost(300));
        var dashboard = await MeasureAsync(
            house.App.ProcessId, house.App.BaseAddress, [.. Enumerable.Repeat(staff.CookieHeader, FirstOnes + Dashboards)], "/dashboard",
            circuit => circuit.InvokeAsync("create", "CatchUpAsync"), cancellation);
        figures.Add(new Figure($"memory of a circuit, resident: dashboard with {Plugs} tiles and a chart", dashboard, "KB").Beside("hello world", hello).AtMost(500));
    }

    // The first pages bring code, caches and pools along, which the next ones share.
    private static async Task<double> MeasureAsync(
        int processId, Uri address, string[] cookies, string path, Func<CircuitClient, Task>? use, CancellationToken cancellation)
    {
        await using var first = await Crowd.OpenAsync(address, cookies[..FirstOnes], path, cancellation);
        await first.QuietAsync(cancellation);
        var before = await ProcessUse.SettledKilobytesAsync(processId, cancellation);
        await using var crowd = await Crowd.OpenAsync(address, cookies[FirstOnes..], path, cancellation);
        foreach (var circuit in use is null ? [] : crowd.Circuits)
        {
            await use!(circuit);
        }

        await crowd.QuietAsync(cancellation);
        var after = await ProcessUse.SettledKilobytesAsync(processId, cancellation);
        return (after - before) / crowd.Circuits.Length;
    }

    private static async Task<double> HelloAsync(CancellationToken cancellation)
    {
        var address = new Uri($"http://localhost:{FreePort.Next()}");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(MemoryBenchmark).Assembly.Location, "--hello-world", address.ToString()])
        {
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["DOTNET_gcServer"] = "0", ["ASPNETCORE_URLS"] = "" },
        })!;
        try
        {
            using var http = new HttpClient();
            await Eventually.TrueAsync(
                async () =>
                {
                    try
                    {
                        return (await http.GetAsync(address, cancellation)).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                TimeSpan.FromSeconds(30),
                "hello world answers");
            return await MeasureAsync(process.Id, address, [.. Enumerable.Repeat("hello=1", FirstOnes + Rooms)], "/", null, cancellation);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
