using System.Net.Sockets;
using System.Text.Json;

namespace MqttChat.Tests.Support;

/// <summary>What a probed program says of itself.</summary>
/// <param name="HeapBytes">Managed memory; after a full collection, if one was asked for.</param>
/// <param name="Subscriptions">Who listens to what, by the name of what is listened to.</param>
/// <param name="Queries">How often each SQL text of EF Core was run since the start.</param>
public sealed record AppFigures(long HeapBytes, Dictionary<string, int> Subscriptions, Dictionary<string, long> Queries)
{
    /// <summary>Open files, sockets and pipes of the process.</summary>
    public int Handles { get; init; }

    /// <summary>Resident memory.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Every subscription together.</summary>
    public int SubscriptionCount => Subscriptions.Values.Sum();
}

/// <summary>
/// Asks a running program for figures that it does not show: <see cref="StartupHook"/> runs inside it and answers on a socket.
/// The program itself is the published one, unchanged.
/// </summary>
public sealed class AppProbe(string path, Func<int> processId)
{
    internal const string Variable = "MQTTCHAT_TEST_PROBE";
    internal const string Collect = "collect";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal string Path => path;

    /// <summary>The figures now; after a full collection of garbage when <paramref name="collected"/>.</summary>
    public async Task<AppFigures> ReadAsync(bool collected = false)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        using var reader = new StreamReader(stream);
        await writer.WriteLineAsync((collected ? Collect : "read").AsMemory(), limit.Token);
        var figures = JsonSerializer.Deserialize<AppFigures>((await reader.ReadLineAsync(limit.Token))!)!;
        using var process = System.Diagnostics.Process.GetProcessById(processId());
        return figures with
        {
            Handles = Directory.EnumerateFileSystemEntries($"/proc/{process.Id}/fd").Count(),
            ResidentBytes = process.WorkingSet64,
            Cpu = process.TotalProcessorTime,
        };
    }
}
