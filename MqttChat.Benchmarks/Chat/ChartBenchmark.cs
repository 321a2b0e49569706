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
        var day = new TaskCompletionSource<string>();
        var person = new CircuitPerson(house.App.BaseAddress, staff.CookieHeader);
        await using var circuit = await person.OpenAsync("/dashboard", new CircuitSettings
        {
            OnCall = (_, name, arguments) =>
            {
                if (name == "load" && arguments.Contains("\"seconds\":86400", StringComparison.Ordinal))
                {
                    day.TrySetResult(arguments);
                }
            },
        });
        await Task.Delay(1500, cancellation);

        // Handlers are numbered as they are drawn; which of them is the day's button, the answer tells. The others switch plugs that are not there.
        for (ulong handler = 1; handler < 250 && !day.Task.IsCompleted; handler++)
        {
            await circuit.RaiseAsync(handler, "click", """{"detail":1,"screenX":0,"screenY":0,"clientX":0,"clientY":0,"button":0,"buttons":0,"type":"click"}""");
            await Task.WhenAny(day.Task, Task.Delay(40, cancellation));
        }

        var call = await day.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellation);
        figures.Add(new Figure("bytes on the wire for one chart update of 288 points", Encoding.UTF8.GetByteCount(call), "B")
        {
            Note = $"the whole series of a day; afterwards a point costs about 40 B. It begins: {call[..Math.Min(call.Length, 160)]}",
        }.AtMost(3000));
    }
}
