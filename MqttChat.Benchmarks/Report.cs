using System.Globalization;
using System.Text.Json;

namespace MqttChat.Benchmarks;

internal static class Report
{
    private const string JsonFile = "benchmarks.json";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>A table for people, and the same beside it for programs.</summary>
    public static async Task WriteAsync(IReadOnlyList<BenchmarkResult> results)
    {
        var at = DateTimeOffset.UtcNow;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, .NET {Environment.Version}"));
        Console.WriteLine();
        Console.WriteLine("| figure | value | limit or peer | ratio | aim | verdict |");
        Console.WriteLine("|---|---:|---|---:|---|---|");
        foreach (var figure in results.SelectMany(result => result.Figures))
        {
            Console.WriteLine(Row(figure));
        }

        foreach (var result in results.Where(result => result.Failure is not null))
        {
            Console.WriteLine($"| {result.Name} | FAILED | | | | {result.Failure} |");
        }

        foreach (var figure in results.SelectMany(result => result.Figures).Where(figure => figure.Note is not null))
        {
            Console.WriteLine($"{Environment.NewLine}{figure.Name}: {figure.Note}");
        }

        var json = new { at, cores = Environment.ProcessorCount, runtime = Environment.Version.ToString(), results };
        await File.WriteAllTextAsync(JsonFile, JsonSerializer.Serialize(json, Indented));
        Console.Error.WriteLine($"Written to {Path.GetFullPath(JsonFile)}");
    }

    /// <summary>A figure's line of the table.</summary>
    public static string Row(Figure figure)
    {
        var limit = figure.Limit is null ? "-" : figure.LimitValue is { } value ? $"{figure.Limit}: {Number(value)}" : figure.Limit;
        var aims = figure.Aims.Count == 0 ? "-" : string.Join(", ", figure.Aims.Select(aim => aim.Words(figure.Unit)));
        var ratio = figure.Ratio is { } share ? share.ToString("0.00", CultureInfo.InvariantCulture) : "-";
        return $"| {figure.Name} | {Number(figure.Value)} {figure.Unit} | {limit} | {ratio} | {aims} | {figure.Verdict} |";
    }

    /// <summary>Three digits that count.</summary>
    public static string Number(double value) =>
        value.ToString(Math.Abs(value) switch { < 1 => "0.###", < 10 => "0.##", < 100 => "0.#", _ => "#,0" }, CultureInfo.InvariantCulture);
}
