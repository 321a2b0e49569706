using System.Text.Json;

namespace MqttChat.Tests.Support;

/// <summary>One line of a file in <c>Payloads/</c>; shown by its id.</summary>
public sealed record PayloadRow(string Id, string Json)
{
    public JsonElement Root => JsonDocument.Parse(Json).RootElement;

    public override string ToString() => Id;

    public static IReadOnlyList<PayloadRow> Read(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Payloads", file)).Where(line => line.Length > 0)
            .Select(line => new PayloadRow(JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!, line))];
}
