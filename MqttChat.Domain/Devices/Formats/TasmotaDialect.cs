using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>
/// What a Tasmota plug's discovery message says about its way of speaking (tasmota/docs, MQTT.md: Prefix1..3, StateText,
/// the two words of LWT). What is null is as it comes from the factory.
/// </summary>
internal sealed record TasmotaDialect
{
    /// <summary>As it comes from the factory.</summary>
    public static TasmotaDialect Default { get; } = new();

    // Settable: the generated reader gives init-only properties that are missing no default.
    [JsonPropertyName("cmnd")]
    public string Command { get; set; } = "cmnd";

    [JsonPropertyName("stat")]
    public string Status { get; set; } = "stat";

    [JsonPropertyName("tele")]
    public string Telemetry { get; set; } = "tele";

    [JsonPropertyName("on")]
    public string On { get; set; } = "ON";

    [JsonPropertyName("off")]
    public string Off { get; set; } = "OFF";

    [JsonPropertyName("online")]
    public string Online { get; set; } = "Online";

    [JsonPropertyName("offline")]
    public string Offline { get; set; } = "Offline";

    /// <summary>How many relays it has.</summary>
    [JsonPropertyName("relays")]
    public int Relays { get; set; } = 1;

    // By reference: the text lives as long as the plug that carries it, and is parsed once.
    private static readonly ConditionalWeakTable<string, TasmotaDialect> Parsed = [];

    /// <summary>The plug's dialect.</summary>
    public static TasmotaDialect Of(Plug plug) => plug.Dialect is { } json ? Parsed.GetValue(json, Parse) : Default;

    public string ToJson() => JsonSerializer.Serialize(this, TasmotaJson.Default.TasmotaDialect);

    private static TasmotaDialect Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TasmotaJson.Default.TasmotaDialect) ?? Default;
        }
        catch (JsonException)
        {
            // Written by a version to come, or by hand: the factory's dialect reads most plugs.
            return Default;
        }
    }
}

[JsonSerializable(typeof(TasmotaDialect))]
internal sealed partial class TasmotaJson : JsonSerializerContext;
