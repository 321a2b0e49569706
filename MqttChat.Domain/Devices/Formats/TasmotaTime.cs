using System.Text.Json;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>
/// The four ways of Tasmota's <c>Time</c> command: ISO without a zone (option 52 adds it), ISO and <c>Epoch</c>, epoch in seconds, epoch
/// in milliseconds (tasmota/docs, Commands.md).
/// </summary>
internal static class TasmotaTime
{
    // Seconds reach this in the year 5138, milliseconds passed it in 1973.
    private const long FewestMilliseconds = 100_000_000_000;
    private const long MostMilliseconds = 253_402_300_799_999;

    /// <summary>The time the reader stands at; null, and skipped, when it is none.</summary>
    public static ReportTime? Read(ref Utf8JsonReader json, out bool isEpoch)
    {
        isEpoch = json.TokenType == JsonTokenType.Number;
        if (isEpoch)
        {
            return json.TryGetDouble(out var number) && number is > 0 and <= MostMilliseconds
                ? new(FromEpoch(number), HasZone: true) : null;
        }

        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return null;
        }

        if (!json.TryGetDateTime(out var clock))
        {
            return null;
        }

        if (clock.Kind == DateTimeKind.Unspecified)
        {
            return new(new DateTimeOffset(clock, TimeSpan.Zero), HasZone: false);
        }

        return json.TryGetDateTimeOffset(out var instant) ? new(instant.ToUniversalTime(), HasZone: true) : null;
    }

    private static DateTimeOffset FromEpoch(double number) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(number >= FewestMilliseconds ? number : number * 1000));
}
