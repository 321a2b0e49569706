using System.Text;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>What a chart costs on the wire: a whole day of five-minute means, and one more point.</summary>
public sealed class ChartBenchmark : Benchmark
{
    private const int Plugs = 50;

    public override string Name => "chart-bytes";

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await BenchHouse.StartAsync();
        await house.AddPlugsAsync(Plugs, days: 2, cancellation);
        var staff = await house.StaffPersonAsync(cancellation);
        var (day, loads) = (new TaskCompletionSource<string>(), 0);
        var person = new CircuitPerson(house.App.BaseAddress, staff.CookieHeader);
        await using var circuit = await person.OpenAsync("/dashboard", new CircuitSettings
        {
            OnCall = (_, name, arguments) =>
            {
                if (name == "load")
                {
                    Interlocked.Increment(ref loads);
                }

                if (name == "load" && arguments.Contains("\"seconds\":86400", StringComparison.Ordinal))
                {
                    day.TrySetResult(arguments);
                }
            },
        });
        await Task.Delay(1500, cancellation);

        // Handlers are numbered as they are drawn, and anew each time: the first of the chart's buttons that is found twice tells by how many
        // numbers they move on; the day's is the third of them. The others switch plugs that are not there.
        ulong last = 0;
        for (ulong handler = 1; handler < 1000 && !day.Task.IsCompleted; handler++)
        {
            var before = Volatile.Read(ref loads);
            await ClickAsync(circuit, handler, day.Task);
            if (Volatile.Read(ref loads) == before)
            {
                continue;
            }

            if (last > 0)
            {
                await ClickAsync(circuit, (2 * handler) - last + 2, day.Task);
            }

            last = handler;
        }

        var call = await day.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellation);
        figures.Add(new Figure("bytes on the wire for one chart update of 288 points", Encoding.UTF8.GetByteCount(call), "B")
        {
            Note = $"the whole series of a day; afterwards a point costs about 40 B. It begins: {call[..Math.Min(call.Length, 160)]}",
        }.AtMost(3000));
    }

    private static async Task ClickAsync(CircuitClient circuit, ulong handler, Task done)
    {
        await circuit.RaiseAsync(handler, "click", """{"detail":1,"screenX":0,"screenY":0,"clientX":0,"clientY":0,"button":0,"buttons":0,"type":"click"}""");
        await Task.WhenAny(done, Task.Delay(40));
    }
}
