using System.Globalization;
using System.Text.Json;

namespace MqttChat.Benchmarks;

internal static class Report
{
    private const string JsonFile = "benchmarks.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A table for people, and the same beside it for programs.</summary>
    public static async Task WriteAsync(IReadOnlyList<Figure> figures)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, .NET {Environment.Version}"));
        Console.WriteLine("| figure | value | limit in the same run | ratio |");
        Console.WriteLine("|---|---:|---|---:|");
        foreach (var figure in figures)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {figure.Name} | {figure.Value:N0} {figure.Unit} | {figure.Limit}: {figure.LimitValue:N0} | {figure.Ratio:0.00} |"));
        }

        await File.WriteAllTextAsync(JsonFile, JsonSerializer.Serialize(figures, Indented));
        Console.Error.WriteLine($"Written to {Path.GetFullPath(JsonFile)}");
    }
}
