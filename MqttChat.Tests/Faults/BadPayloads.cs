using System.Globalization;
using System.Text;

namespace MqttChat.Tests.Faults;

/// <summary>What no plug should send, on the topics of adopted ones. None of it carries a value that could be believed.</summary>
internal static class BadPayloads
{
    private const int HugeEvery = 1_000;
    private static readonly string[] Ends = ["tele/{0}/SENSOR", "tele/{0}/STATE", "stat/{0}/STATUS8", "stat/{0}/STATUS10", "stat/{0}/RESULT", "tele/{0}/LWT"];

    private static readonly byte[][] Small =
    [
        .. new[]
        {
            "", " ", "null", "true", "12", "\"text\"", "[]", "[1,2", "{", "}", "{}", "{\"ENERGY\":", "{\"ENERGY\":{}}", "{\"ENERGY\":null}", "{\"ENERGY\":[]}",
            """{"ENERGY":{"Power":"not a number","Total":"neither"}}""", """{"ENERGY":{"Power":{"a":{"b":1}},"Total":[[100]]}}""",
            """{"ENERGY":{"Power":1e308,"Total":1e308}}""", """{"ENERGY":{"Power":-1e308,"Total":-1}}""", """{"ENERGY":{"Power":1e999,"Total":-1e999}}""",
            """{"ENERGY":{"Power":NaN,"Total":nan}}""", """{"ENERGY":{"Power":Infinity,"Total":-inf}}""", """{"ENERGY":{"Total":[],"Power":[]}}""",
            """{"ENERGY":{"Total":[null,"x",{}],"Power":[true,false]}}""", """{"ENERGY":{"Total":{"Phase99":"x"},"Power":{"Phase0":{}}}}""",
            """{"Time":"2026-13-45T99:99:99","ENERGY":{"Total":""" + "\"\"}}", """{"Time":"2026-11-23T03:00:00","ENERGY":{"Total":100.5,"Po""",
            """{"Time":{"a":1},"ENERGY":"Total"}""", """{"POWER":{"on":1}}""", """{"POWER99":"ON","POWER0":"OFF"}""", """{"POWER":"PERHAPS"}""",
            """{"StatusSNS":{"ENERGY":{"Power":[[[[{}]]]]}}}""", """{"StatusSNS":[{"ENERGY":{"Total":7}}]}""", "{\"ENERGY\":{\"Power\":\"\\uD800\"}}", "{\"a\":1}{\"b\":2}",
            "ON or OFF", "<xml/>", "{'ENERGY':{'Total':5}}", "{\"ENERGY\":{\"Total\":0x10}}", "{\"ENERGY\":{\"Total\":1,}", "\0\0\0\0",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe, 0xc0, 0x80], [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d], [0xed, 0xa0, 0x80],
    ];

    private static readonly byte[][] Huge =
    [
        new byte[70_000], Encoding.UTF8.GetBytes($$$"""{"ENERGY":{"Power":1},"x":"{{{new string('y', 100_000)}}}"}"""),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000)),
        Encoding.UTF8.GetBytes(new string('[', 60_000)), new byte[900_000],
        Encoding.UTF8.GetBytes($"{{\"ENERGY\":{{\"Power\":[{string.Join(',', Enumerable.Repeat("\"x\"", 15_000))}]}}}}"),
    ];

    /// <summary>The topic and the payload of the number's bad message; the same number is the same message.</summary>
    public static (string Topic, byte[] Payload) Of(int number, IReadOnlyList<string> plugs)
    {
        var topic = string.Format(CultureInfo.InvariantCulture, Ends[number / plugs.Count % Ends.Length], plugs[number % plugs.Count]);
        return (topic, number % HugeEvery == 0 ? Huge[number / HugeEvery % Huge.Length] : number % 5 == 4 ? Noise(number) : Small[number % Small.Length]);
    }

    // Random bytes; every second one begins as a report does.
    private static byte[] Noise(int number)
    {
        var random = new Random(number);
        var bytes = new byte[random.Next(1, 400)];
        random.NextBytes(bytes);
        return number % 2 == 0 ? bytes : [.. "{\"ENERGY\":{\"Total\":"u8, .. bytes];
    }
}
