using System.Buffers.Text;
using System.Text.Json;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>Tasmota's ways to write a quantity.</summary>
internal static class TasmotaNumbers
{
    // More than all power stations together: not measured, and sums of it would leave what a number can hold.
    private const double Most = 1e13;
    private const int LongestText = 64;

    private static readonly (string Unit, double Factor)[] Powers = [("kW", 1000), ("mW", 0.001), ("MW", 1e6), ("W", 1)];
    private static readonly (string Unit, double Factor)[] Energies = [("kWh", 1), ("MWh", 1000), ("Wh", 0.001)];
    private static readonly HashSet<string> NoValue = new(["", "-", "--", "null", "none", "n/a", "unknown", "unavailable"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A finite number, also one within a string (firmware before 5, scripts), there with its unit too. Null where there is none; what
    /// stands there and cannot be read sets <paramref name="unread"/>.
    /// </summary>
    public static double? One(ref Utf8JsonReader json, bool isPower, ref string? unread)
    {
        double value;
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when json.TryGetDouble(out value):
            case JsonTokenType.String when Utf8Parser.TryParse(json.ValueSpan, out value, out var used) && used == json.ValueSpan.Length:
                break;
            case JsonTokenType.String when json.ValueSpan.Length <= LongestText && json.GetString() is { } text && Text(text, isPower) is { } read:
                value = read;
                break;
            case JsonTokenType.String when json.ValueSpan.Length <= LongestText && NoValue.Contains(json.GetString()!.Trim()):
                return null;
            default:
                json.Skip();
                unread = PlugReading.NotANumber;
                return null;
        }

        if (Math.Abs(value) <= Most)
        {
            return value;
        }

        // What C's printf writes for no number is none.
        unread = double.IsNaN(value) || (json.TokenType == JsonTokenType.String && double.IsInfinity(value)) ? unread : PlugReading.OutOfRange;
        return null;
    }

    /// <summary>A number, an array of numbers by channel, or an object whose keys end in the channel's number ("Phase1").</summary>
    public static TasmotaValues Many(ref Utf8JsonReader json, bool isPower, ref string? unread)
    {
        var values = default(TasmotaValues);
        var place = 0;
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                values.Set(++place, One(ref json, isPower, ref unread));
            }
        }
        else if (json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var number = TrailingNumber(ref json) ?? place + 1;
                place = number;
                json.Read();
                values.Set(number, One(ref json, isPower, ref unread));
            }
        }
        else
        {
            values.Single = One(ref json, isPower, ref unread);
        }

        return values;
    }

    private static double? Text(string text, bool isPower)
    {
        foreach (var (unit, factor) in isPower ? Powers : Energies)
        {
            if (text.AsSpan().TrimEnd().EndsWith(unit, StringComparison.Ordinal))
            {
                return NumberText.Read(text.AsSpan().TrimEnd()[..^unit.Length]) * factor;
            }
        }

        return NumberText.Read(text);
    }

    /// <summary>The number that the key ends in, if any channel has it.</summary>
    public static int? TrailingNumber(ref Utf8JsonReader json)
    {
        var name = json.ValueSpan;
        var digits = name[(name.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1)..];
        return Utf8Parser.TryParse(digits, out int number, out _) && number is >= 1 and <= TasmotaChannels.Most ? number : null;
    }
}
