using System.Buffers.Text;
using System.Text.Json;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>Tasmota's ways to write a quantity.</summary>
internal static class TasmotaNumbers
{
    // More than all power stations together: not measured, and sums of it would leave what a number can hold.
    private const double Most = 1e13;

    /// <summary>A finite number, also one within a string (firmware before 5); anything else is null and skipped.</summary>
    public static double? One(ref Utf8JsonReader json)
    {
        double value;
        switch (json.TokenType)
        {
            case JsonTokenType.Number when json.TryGetDouble(out value):
                break;
            case JsonTokenType.String when Utf8Parser.TryParse(json.ValueSpan, out value, out var used) && used == json.ValueSpan.Length:
                break;
            default:
                json.Skip();
                return null;
        }

        return Math.Abs(value) <= Most ? value : null;
    }

    /// <summary>A number, an array of numbers by channel, or an object whose keys end in the channel's number ("Phase1").</summary>
    public static TasmotaValues Many(ref Utf8JsonReader json)
    {
        var values = default(TasmotaValues);
        var place = 0;
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                values.Set(++place, One(ref json));
            }
        }
        else if (json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var number = TrailingNumber(ref json) ?? place + 1;
                place = number;
                json.Read();
                values.Set(number, One(ref json));
            }
        }
        else
        {
            values.Single = One(ref json);
        }

        return values;
    }

    /// <summary>The number that the key ends in, if any channel has it.</summary>
    public static int? TrailingNumber(ref Utf8JsonReader json)
    {
        var name = json.ValueSpan;
        var digits = name[(name.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1)..];
        return Utf8Parser.TryParse(digits, out int number, out _) && number is >= 1 and <= TasmotaChannels.Most ? number : null;
    }
}
