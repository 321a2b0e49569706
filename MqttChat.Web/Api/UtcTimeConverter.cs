using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MqttChat.Web.Api;

/// <summary>Times as ISO 8601 in UTC with <c>Z</c> and milliseconds; any offset is read, a time without one is refused.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // TryGetDateTimeOffset reads a time without an offset as the machine's own zone.
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
            && reader.TryGetDateTime(out var kind) && kind.Kind != DateTimeKind.Unspecified)
        {
            return time.ToUniversalTime();
        }

        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
