using System.Buffers.Text;
using System.Text;

namespace MqttChat.Benchmarks.Load;

/// <summary>
/// The reports of a set of Tasmota plugs, each in turn: MQTT 3.1.1 PUBLISH packets at QoS 1, made once and only patched
/// (packet id, time, counter, power), so that making them costs the machine next to nothing.
/// </summary>
internal sealed class PlugReports
{
    /// <summary>So many powers one after the other are shown differently: 100 W to 949 W.</summary>
    public const int Powers = 850;

    private const string Payload =
        """{"Time":"0000-00-00T00:00:00","ENERGY":{"TotalStartTime":"2022-09-09T12:32:17","Total":1000.000,"Yesterday":1.069,"Today":0.462,"Period":6,"Power":100,"ApparentPower":102,"ReactivePower":67,"Factor":0.75,"Voltage":233,"Current":0.436},"ESP32":{"Temperature":48.3}}""";

    private readonly byte[][] _packets;
    private readonly int[] _sent;
    private readonly int _idAt;
    private readonly int _timeAt;
    private readonly int _totalAt;
    private readonly int _powerAt;
    private long _second;
    private readonly byte[] _time = new byte[19];
    private int _next;

    /// <summary>Reports of these plugs.</summary>
    public PlugReports(IEnumerable<int> plugs)
    {
        _packets = [.. plugs.Select(Packet)];
        _sent = new int[_packets.Length];
        _idAt = 3 + 2 + TopicOf(0).Length;
        _timeAt = _idAt + 2 + Payload.IndexOf("0000-", StringComparison.Ordinal);
        _totalAt = _idAt + 2 + Payload.IndexOf("1000.000", StringComparison.Ordinal);
        _powerAt = _idAt + 2 + Payload.IndexOf("100,\"Apparent", StringComparison.Ordinal);
    }

    /// <summary>Bytes of one packet; all are equally long.</summary>
    public int PacketLength => _packets[0].Length;

    public static string NameOf(int plug) => $"p{plug:00000}";

    public static string TopicOf(int plug) => $"tele/{NameOf(plug)}/SENSOR";

    /// <summary>The watts of a plug's nth report.</summary>
    public static int WattsOf(int number) => 100 + (number % Powers);

    /// <summary>Writes the next report; which plug of the set it is, and its number.</summary>
    public (int Plug, int Number) Write(Span<byte> packet, ushort packetId, DateTimeOffset now)
    {
        var index = _next;
        _next = (_next + 1) % _packets.Length;
        var number = _sent[index]++;
        _packets[index].CopyTo(packet);
        packet[_idAt] = (byte)(packetId >> 8);
        packet[_idAt + 1] = (byte)packetId;
        TimeOf(now).CopyTo(packet[_timeAt..]);
        // Rises by a watt-hour a report, and has four digits for 8 million of them.
        Utf8Formatter.TryFormat(1000 + (number / 1000), packet[_totalAt..], out _, new('D', 4));
        Utf8Formatter.TryFormat(number % 1000, packet[(_totalAt + 5)..], out _, new('D', 3));
        Utf8Formatter.TryFormat(WattsOf(number), packet[_powerAt..], out _);
        return (index, number);
    }

    private byte[] TimeOf(DateTimeOffset now)
    {
        var second = now.UtcTicks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            _second = second;
            now.UtcDateTime.TryFormat(_time, out _, "yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        }

        return _time;
    }

    private static byte[] Packet(int plug)
    {
        var topic = Encoding.UTF8.GetBytes(TopicOf(plug));
        var length = 2 + topic.Length + 2 + Payload.Length;
        // PUBLISH at QoS 1; the length takes two bytes.
        return [0x32, (byte)((length & 0x7f) | 0x80), (byte)(length >> 7), (byte)(topic.Length >> 8), (byte)topic.Length, .. topic, 0, 0, .. Encoding.UTF8.GetBytes(Payload)];
    }
}
