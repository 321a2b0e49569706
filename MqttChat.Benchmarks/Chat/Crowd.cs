using System.Diagnostics;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>Many live pages without browsers.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const int OpenedAtOnce = 8;

    private Crowd(CircuitClient[] circuits) => Circuits = circuits;

    public CircuitClient[] Circuits { get; }

    /// <summary>Opens the page once for each of these people.</summary>
    public static async Task<Crowd> OpenAsync(Uri address, IReadOnlyList<string> cookies, string path, CancellationToken cancellation)
    {
        var circuits = new CircuitClient[cookies.Count];
        await Parallel.ForAsync(
            0, cookies.Count, new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = cancellation },
            async (i, _) => circuits[i] = await new CircuitPerson(address, cookies[i]).OpenAsync(path));
        return new Crowd(circuits);
    }

    /// <summary>Does something that brings a text onto every page; milliseconds from the start until each page had it.</summary>
    public async Task<double[]> SeenAfterAsync(string text, Func<Task> act)
    {
        var seeing = Circuits.Select(circuit => circuit.SeesAsync(text)).ToArray();
        var began = Stopwatch.GetTimestamp();
        await act();
        var seen = await Task.WhenAll(seeing);
        return [.. seen.Select(at => Stopwatch.GetElapsedTime(began, at).TotalMilliseconds)];
    }

    /// <summary>Waits until no page has got anything for a while.</summary>
    public async Task QuietAsync(CancellationToken cancellation)
    {
        for (var (before, quiet) = (-1L, 0); quiet < 3;)
        {
            var now = Circuits.Sum(circuit => circuit.ReceivedBytes);
            quiet = now == before ? quiet + 1 : 0;
            before = now;
            await Task.Delay(150, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var circuit in Circuits)
        {
            circuit.Drop();
        }

        await Task.WhenAll(Circuits.Take(1).Select(circuit => circuit.DisposeAsync().AsTask()));
    }
}
