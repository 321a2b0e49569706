using System.Text.Json;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry;

/// <summary>One collected series of readings with its physical story, and what it must come to.</summary>
public sealed record CounterSeries(
    string Id, double LimitWatts, IReadOnlyList<(int Second, double? Watts, double? KilowattHours)> Readings, double TotalKilowattHours, double Tolerance,
    IReadOnlyList<(int Second, string Kind)> Breaks)
{
    public static TheoryData<string> Ids => [.. All().Select(series => series.Id)];

    public static CounterSeries Of(string id) => All().Single(series => series.Id == id);

    public static IEnumerable<CounterSeries> All() => PayloadRow.Read("counter-series-2.jsonl").Select(row => Of(row.Id, row.Root));

    public static string NameOf(MeterResetKind kind) => kind.ToString().ToLowerInvariant();

    public MeterReading Reading(int index, DateTimeOffset start) =>
        new(start.AddSeconds(Readings[index].Second), Readings[index].Watts, Readings[index].KilowattHours);

    private static CounterSeries Of(string id, JsonElement row)
    {
        var expect = row.GetProperty("expect");
        return new(
            id, row.GetProperty("limit_watts").GetDouble(),
            [.. row.GetProperty("readings").EnumerateArray().Select(each => (each.GetProperty("t").GetInt32(), Number(each, "watts"), Number(each, "kwh")))],
            expect.GetProperty("total_kwh").GetDouble(), expect.GetProperty("tolerance").GetDouble(),
            [.. expect.GetProperty("breaks").EnumerateArray().Select(each => (each.GetProperty("at").GetInt32(), each.GetProperty("kind").GetString()!))]);
    }

    private static double? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
