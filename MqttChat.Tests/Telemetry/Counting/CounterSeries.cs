using MqttChat.Domain.Telemetry.Counting;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry.Counting;

/// <summary>A row of <c>counter-series-2.jsonl</c>: readings with their physical story and what must be counted of them.</summary>
internal sealed record CounterSeries(
    string Id, double LimitWatts, IReadOnlyList<MeterReading> Readings, double TotalKilowattHours, double Tolerance,
    IReadOnlyList<(DateTimeOffset At, string Kind)> Breaks)
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<string> Ids { get; } = [.. PayloadRow.Read("counter-series-2.jsonl").Select(row => row.Id)];

    public static CounterSeries Of(string id)
    {
        var row = PayloadRow.Read("counter-series-2.jsonl").Single(row => row.Id == id).Root;
        var expect = row.GetProperty("expect");
        return new(
            id,
            row.GetProperty("limit_watts").GetDouble(),
            [.. row.GetProperty("readings").EnumerateArray().Select(reading => new MeterReading(
                Start.AddSeconds(reading.GetProperty("t").GetDouble()), Number(reading, "watts"), Number(reading, "kwh")))],
            expect.GetProperty("total_kwh").GetDouble(),
            expect.GetProperty("tolerance").GetDouble(),
            [.. expect.GetProperty("breaks").EnumerateArray().Select(broken =>
                (Start.AddSeconds(broken.GetProperty("at").GetDouble()), broken.GetProperty("kind").GetString()!))]);
    }

    private static double? Number(System.Text.Json.JsonElement reading, string name) =>
        reading.TryGetProperty(name, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.Number ? value.GetDouble() : null;
}
