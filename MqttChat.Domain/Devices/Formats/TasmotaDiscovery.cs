using System.Text.Json;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>
/// Tasmota's discovery messages, retained: <c>config</c> tells the topics, <c>sensors</c> what is measured; the latter names the plug by
/// its MAC alone, so its address is empty and whoever keeps the plugs must find it by the MAC.
/// </summary>
internal static class TasmotaDiscovery
{
    public const string TopicPrefix = "tasmota/discovery/";
    private const int MaxText = 200;
    private const int MaxWord = 64;
    private const int Relay = 1;
    private const int Light = 2;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = PlugFormat.MaxDepth };

    public static HeardMessage? Hear(string topic, ReadOnlySpan<byte> payload)
    {
        var parts = topic[TopicPrefix.Length..].Split('/');
        if (parts.Length != 2 || parts[1] is not ("config" or "sensors") || NormalMac(parts[0]) is not { } mac)
        {
            return null;
        }

        var unnamed = new HeardPlug("tasmota", "", "") { Mac = mac };
        if (payload.IsEmpty)
        {
            return parts[1] == "config" ? new(unnamed, PlugReading.Nothing, MakesKnown: false, Removed: true) : null;
        }

        if (LenientJson.Refuse(payload) is { } refusal)
        {
            return new(unnamed, PlugReading.Unreadable(refusal), MakesKnown: false);
        }

        if (parts[1] == "sensors")
        {
            return new(unnamed, PlugReading.Nothing, MakesKnown: MeasuresPower(payload));
        }

        try
        {
            using var config = JsonDocument.Parse(payload.ToArray(), Options);
            return config.RootElement.ValueKind == JsonValueKind.Object ? Announced(config.RootElement, mac)
                : new(unnamed, PlugReading.Unreadable(LenientJson.NotAnObject), MakesKnown: false);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new(unnamed, PlugReading.Unreadable(LenientJson.WhyNot(payload)), MakesKnown: false);
        }
    }

    // A snapshot taken when the plug started: tells what it measures, but is no reading.
    private static bool MeasuresPower(ReadOnlySpan<byte> payload)
    {
        try
        {
            var json = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = PlugFormat.MaxDepth });
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var body = new TasmotaBody(TasmotaDialect.Default, isFlatEnergy: false);
            body.Read(ref json);
            return body.SawEnergy;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static HeardMessage? Announced(JsonElement config, string mac)
    {
        if (Text(config, "t") is not { } name || Text(config, "ft") is not { } fullTopic)
        {
            return null;
        }

        var template = fullTopic.Replace("%topic%", name, StringComparison.Ordinal)
            .Replace("%hostname%", Text(config, "hn") ?? "", StringComparison.Ordinal)
            .Replace("%id%", mac, StringComparison.Ordinal)
            .Replace("#", "", StringComparison.Ordinal)
            .Replace("//", "/", StringComparison.Ordinal)
            .TrimEnd('/');
        if (TasmotaTopics.Named(template) is not { } plug || DialectOf(config) is not { } dialect)
        {
            return null;
        }

        var relays = RelaysOf(config);
        var announced = plug with
        {
            Dialect = (dialect with { Relays = relays.Count }).ToJson(),
            ReportedName = Readable(Text(config, "dn")) ?? Readable(FriendlyName(config)),
            Model = Readable(Text(config, "md")),
            Mac = mac,
            RelayChannels = relays,
        };
        return new(announced, PlugReading.Nothing, MakesKnown: relays.Count > 0);
    }

    private static TasmotaDialect? DialectOf(JsonElement config)
    {
        var dialect = new TasmotaDialect();
        if (Items(config, "tp") is [{ } command, { } status, { } telemetry, ..])
        {
            if (!IsTopicPart(command) || !IsTopicPart(status) || !IsTopicPart(telemetry))
            {
                return null;
            }

            dialect = dialect with { Command = command, Status = status, Telemetry = telemetry };
        }

        var states = Items(config, "state");
        return dialect with
        {
            Off = states is [{ } off, ..] ? Word(off, dialect.Off) : dialect.Off,
            On = states is [_, { } on, ..] ? Word(on, dialect.On) : dialect.On,
            Online = Word(Text(config, "onln"), dialect.Online),
            Offline = Word(Text(config, "ofln"), dialect.Offline),
        };
    }

    // rl: 0 none, 1 relay, 2 light, 3 shutter (home-assistant hatasmota, const.py).
    private static List<string> RelaysOf(JsonElement config)
    {
        var relays = new List<string>();
        if (config.TryGetProperty("rl", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in list.EnumerateArray().Take(TasmotaChannels.Most).Index())
            {
                if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var kind) && kind is Relay or Light)
                {
                    relays.Add(TasmotaChannels.NameOf(index + 1));
                }
            }
        }

        return relays;
    }

    private static string? FriendlyName(JsonElement config) => Items(config, "fn") is [{ } first, ..] ? first : null;

    private static string? Text(JsonElement config, string key) =>
        config.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<string?> Items(JsonElement config, string key) =>
        config.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Take(TasmotaChannels.Most).Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null)]
            : [];

    private static string Word(string? word, string otherwise) =>
        string.IsNullOrWhiteSpace(word) || word.Length > MaxWord ? otherwise : word.Trim();

    private static bool IsTopicPart(string text) =>
        text.Length is > 0 and <= MaxWord && !text.AsSpan().ContainsAny('+', '#', '%') && !text.Any(char.IsControl);

    private static string? Readable(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var readable = new string([.. text.Where(character => !char.IsControl(character)).Take(MaxText)]).Trim();
        return readable.Length == 0 ? null : readable;
    }

    private static string? NormalMac(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return digits.Length is >= 6 and <= 32 && digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }
}
