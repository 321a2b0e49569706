using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MqttChat.Tests.Support;

/// <summary>
/// Hub messages on their way out as "blazorpack" has them: MessagePack arrays behind their length
/// (https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md). Only what circuits use.
/// </summary>
internal static class CircuitPack
{
    public const int Invocation = 1;
    public const int Completion = 3;
    public const int Ping = 6;
    public const int Close = 7;

    /// <summary>One call of a hub method; with an id, an answer is wanted.</summary>
    public static ReadOnlyMemory<byte> Call(string? id, string target, params ReadOnlySpan<object?> arguments)
    {
        var body = new ArrayBufferWriter<byte>(256);
        body.Byte(0x96).Byte(Invocation).Byte(0x80).Value(id).Value(target).Byte((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments)
        {
            body.Value(argument);
        }

        body.Byte(0x90);
        return Framed(body);
    }

    public static ReadOnlyMemory<byte> Pinging() => Framed(new ArrayBufferWriter<byte>(8).Byte(0x91).Byte(Ping));

    private static byte[] Framed(ArrayBufferWriter<byte> body)
    {
        var framed = new byte[body.WrittenCount + 5];
        var at = 0;
        for (var length = (uint)body.WrittenCount; ; length >>= 7)
        {
            framed[at++] = (byte)(length > 0x7F ? (length & 0x7F) | 0x80 : length);
            if (length <= 0x7F)
            {
                break;
            }
        }

        body.WrittenSpan.CopyTo(framed.AsSpan(at));
        Array.Resize(ref framed, at + body.WrittenCount);
        return framed;
    }

    private static ArrayBufferWriter<byte> Byte(this ArrayBufferWriter<byte> body, byte value)
    {
        body.Write([value]);
        return body;
    }

    private static ArrayBufferWriter<byte> Value(this ArrayBufferWriter<byte> body, object? value) => value switch
    {
        null => body.Byte(0xC0),
        bool truth => body.Byte(truth ? (byte)0xC3 : (byte)0xC2),
        long number => body.Number(number),
        int number => body.Number(number),
        string text => body.Text(text),
        _ => throw new ArgumentException($"No circuit takes a {value.GetType().Name}.", nameof(value)),
    };

    private static ArrayBufferWriter<byte> Number(this ArrayBufferWriter<byte> body, long value)
    {
        body.Byte(0xD3);
        BinaryPrimitives.WriteInt64BigEndian(body.GetSpan(8), value);
        body.Advance(8);
        return body;
    }

    private static ArrayBufferWriter<byte> Text(this ArrayBufferWriter<byte> body, string value)
    {
        body.Byte(0xDB);
        BinaryPrimitives.WriteInt32BigEndian(body.GetSpan(4), Encoding.UTF8.GetByteCount(value));
        body.Advance(4);
        Encoding.UTF8.GetBytes(value, body);
        return body;
    }
}

/// <summary>Reads one hub message; what it does not want it skips.</summary>
internal ref struct CircuitUnpack(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Takes the first whole message out of <paramref name="received"/>; false when more must be waited for.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> received, out ReadOnlySpan<byte> message)
    {
        message = default;
        var length = 0;
        for (var at = 0; at < received.Length && at < 5; at++)
        {
            length |= (received[at] & 0x7F) << (7 * at);
            if (received[at] > 0x7F)
            {
                continue;
            }

            if (received.Length - at - 1 < length)
            {
                return false;
            }

            message = received.Slice(at + 1, length);
            received = received[(at + 1 + length)..];
            return true;
        }

        return false;
    }

    public int Array()
    {
        var kind = Byte();
        return kind switch
        {
            >= 0x90 and <= 0x9F => kind & 0x0F,
            0xDC => (int)Big(2),
            0xDD => (int)Big(4),
            _ => throw Unexpected(kind),
        };
    }

    public long Number()
    {
        var kind = Byte();
        return kind switch
        {
            <= 0x7F => kind,
            >= 0xE0 => (sbyte)kind,
            0xCC => (long)Big(1),
            0xCD => (long)Big(2),
            0xCE => (long)Big(4),
            0xCF or 0xD3 => (long)Big(8),
            0xD0 => (sbyte)Big(1),
            0xD1 => (short)Big(2),
            0xD2 => (int)Big(4),
            _ => throw Unexpected(kind),
        };
    }

    public bool Truth() => Byte() == 0xC3;

    public string? Text() => Peek() == 0xC0 && Byte() == 0xC0 ? null : Encoding.UTF8.GetString(Bytes());

    /// <summary>A text, or "True" or "False"; null for anything else.</summary>
    public string? AnyText() => Peek() switch
    {
        0xC2 or 0xC3 => Truth().ToString(),
        (>= 0xA0 and <= 0xBF) or (>= 0xD9 and <= 0xDB) => Text(),
        _ => null,
    };

    /// <summary>The bytes of a text or of binary data.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var kind = Byte();
        return Take(kind switch
        {
            >= 0xA0 and <= 0xBF => kind & 0x1F,
            0xC4 or 0xD9 => (int)Big(1),
            0xC5 or 0xDA => (int)Big(2),
            0xC6 or 0xDB => (int)Big(4),
            0xC0 => 0,
            _ => throw Unexpected(kind),
        });
    }

    public void Skip()
    {
        var kind = Peek();
        if (kind is 0xC0 or 0xC2 or 0xC3)
        {
            Byte();
        }
        else if (kind is >= 0x80 and <= 0x8F)
        {
            Byte();
            SkipMany((kind & 0x0F) * 2);
        }
        else if (kind is (>= 0x90 and <= 0x9F) or 0xDC or 0xDD)
        {
            SkipMany(Array());
        }
        else if (kind is (>= 0xA0 and <= 0xBF) or (>= 0xC4 and <= 0xC6) or (>= 0xD9 and <= 0xDB))
        {
            Bytes();
        }
        else
        {
            Number();
        }
    }

    private void SkipMany(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Skip();
        }
    }

    private readonly byte Peek() => _rest[0];

    private byte Byte() => Take(1)[0];

    private ulong Big(int bytes)
    {
        ulong value = 0;
        foreach (var part in Take(bytes))
        {
            value = (value << 8) | part;
        }

        return value;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static InvalidDataException Unexpected(byte kind) => new($"Unexpected MessagePack byte 0x{kind:X2}.");
}
