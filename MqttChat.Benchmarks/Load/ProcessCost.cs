using System.Diagnostics;
using System.Globalization;

namespace MqttChat.Benchmarks.Load;

/// <summary>
/// What a process has used of the machine, by Linux's own count: unlike time that passes, processor time is much the same
/// whatever else runs on the machine.
/// </summary>
/// <param name="Seconds">Processor time, user and system.</param>
/// <param name="At">When it was read.</param>
internal readonly record struct ProcessCost(double Seconds, long At)
{
    // Linux gives these counts in hundredths whatever the kernel was built with (getconf CLK_TCK).
    private const double TicksPerSecond = 100;

    public static ProcessCost Of(int processId)
    {
        var text = File.ReadAllText($"/proc/{processId}/stat");
        // The name in brackets may hold anything; utime and stime are the 12th and 13th field behind it.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new(ticks / TicksPerSecond, Stopwatch.GetTimestamp());
    }

    /// <summary>Resident memory in MB (10^6 bytes); <paramref name="line"/> as /proc/PID/status names it.</summary>
    public static double Megabytes(int processId, string line = "VmRSS")
    {
        var found = File.ReadLines($"/proc/{processId}/status").First(status => status.StartsWith(line + ":", StringComparison.Ordinal));
        return double.Parse(found[(line.Length + 1)..^3], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    /// <summary>Processor seconds between two readings.</summary>
    public double Since(ProcessCost earlier) => Seconds - earlier.Seconds;

    /// <summary>The share of one core between two readings.</summary>
    public double ShareSince(ProcessCost earlier) => Since(earlier) / Stopwatch.GetElapsedTime(earlier.At, At).TotalSeconds;
}
