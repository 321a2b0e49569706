using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MqttChat.Benchmarks.Chat;

/// <summary>What a process on this machine uses, as the system counts it: independent of what else runs beside it.</summary>
internal static class ProcessUse
{
    // Linux counts processor time in hundredths of a second for every program (sysconf(_SC_CLK_TCK)).
    private const double TicksPerSecond = 100;

    /// <summary>Processor time so far, of all threads, in user and kernel mode.</summary>
    public static TimeSpan ProcessorTime(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>Resident memory in KB.</summary>
    public static double ResidentKilobytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>Resident memory in KB after a full collection, once it has settled.</summary>
    public static async Task<double> SettledKilobytesAsync(int processId, CancellationToken cancellation)
    {
        for (var i = 0; i < 3; i++)
        {
            await CollectAsync(processId, cancellation);
        }

        var least = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(400, cancellation);
            least = Math.Min(least, ResidentKilobytes(processId));
        }

        return least;
    }

    /// <summary>
    /// Has a .NET process collect its garbage: by its diagnostic socket, an event session with the keyword GCHeapCollect
    /// (https://github.com/dotnet/diagnostics/blob/main/documentation/design-docs/ipc-protocol.md).
    /// </summary>
    private static async Task CollectAsync(int processId, CancellationToken cancellation)
    {
        const ulong HeapCollect = 0x800000;
        var payload = new MemoryStream();
        await using (var writer = new BinaryWriter(payload, Encoding.Unicode, leaveOpen: true))
        {
            writer.Write(16u); // MB of buffer
            writer.Write(1u); // NetTrace
            writer.Write((byte)0); // no rundown
            writer.Write(1u); // providers
            writer.Write(HeapCollect);
            writer.Write(4u); // informational
            Text(writer, "Microsoft-Windows-DotNETRuntime");
            Text(writer, "");
        }

        using var session = await AskAsync(processId, 3, payload.ToArray(), cancellation);
        var answer = new byte[28];
        await ReadAsync(session, answer, cancellation);
        await Task.Delay(700, cancellation);
        using var stop = await AskAsync(processId, 1, answer[20..28], cancellation);
        var rest = new byte[64 * 1024];
        while (await session.ReceiveAsync(rest, cancellation) > 0)
        {
        }
    }

    private static async Task<Socket> AskAsync(int processId, byte command, byte[] payload, CancellationToken cancellation)
    {
        var path = Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{processId}-*-socket").Single();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        var message = new byte[20 + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        (message[16], message[17]) = (2, command); // event tracing
        payload.CopyTo(message, 20);
        await socket.SendAsync(message, cancellation);
        return socket;
    }

    private static async Task ReadAsync(Socket socket, byte[] into, CancellationToken cancellation)
    {
        for (var filled = 0; filled < into.Length;)
        {
            var read = await socket.ReceiveAsync(into.AsMemory(filled), cancellation);
            filled += read > 0 ? read : throw new EndOfStreamException("The process ended its diagnostic link.");
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write(text.Length == 0 ? 0u : (uint)text.Length + 1);
        if (text.Length > 0)
        {
            writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
        }
    }
}
