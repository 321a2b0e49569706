using System.Text;

namespace MqttChat.Tests.Observability;

/// <summary>A protobuf message without its schema: its fields by number, as much as a test needs of them.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, byte[] Value)> _fields = [];

    /// <summary>Reads a message; fields of a fixed size or a number are passed over.</summary>
    public static ProtoMessage Parse(ReadOnlySpan<byte> bytes)
    {
        var message = new ProtoMessage();
        while (bytes.Length > 0)
        {
            var key = Number(ref bytes);
            switch (key & 7)
            {
                case 0:
                    Number(ref bytes);
                    break;
                case 1:
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Number(ref bytes);
                    message._fields.Add(((int)(key >> 3), bytes[..length].ToArray()));
                    bytes = bytes[length..];
                    break;
                case 5:
                    bytes = bytes[4..];
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7}");
            }
        }

        return message;
    }

    /// <summary>The messages in a field.</summary>
    public IEnumerable<ProtoMessage> Messages(int field) => _fields.Where(one => one.Field == field).Select(one => Parse(one.Value));

    /// <summary>The text in a field; empty when it is not there.</summary>
    public string Text(int field) =>
        Encoding.UTF8.GetString(_fields.Where(one => one.Field == field).Select(one => one.Value).FirstOrDefault([]));

    private static ulong Number(ref ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}
