using System.Net.Sockets;
using System.Text;

namespace MqttChat.Benchmarks.Load;

/// <summary>
/// One program that posts through the API, one message after another on one kept connection. Bare sockets: it shares two cores
/// with the program it measures, and a full HTTP client would cost as much as the program's answer.
/// </summary>
internal sealed class PostingClient : IDisposable
{
    private const string IdPlace = "00000000000000000000000000000000";
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] EndOfChunks = "0\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _request;
    private readonly int _idAt;
    private readonly byte[] _answer = new byte[16 * 1024];

    public PostingClient(Uri baseAddress, string accessToken, int roomId, string text)
    {
        var body = $$"""{"text":"{{text}}","clientMessageId":"{{IdPlace}}"}""";
        _request = Encoding.UTF8.GetBytes(
            $"POST /api/v1/rooms/{roomId}/messages HTTP/1.1\r\nHost: {baseAddress.Authority}\r\nAuthorization: Bearer {accessToken}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        _idAt = _request.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(IdPlace));
        _socket.Connect("127.0.0.1", baseAddress.Port);
    }

    /// <summary>Posts one more and waits for "201 Created".</summary>
    public async Task PostAsync(CancellationToken cancellation)
    {
        Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"), _request.AsSpan(_idAt));
        await _socket.SendAsync(_request, cancellation);
        var got = 0;
        do
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(got), cancellation);
            got = read > 0 ? got + read : throw new IOException("The program closed the connection.");
        }
        while (!IsWhole(_answer.AsSpan(0, got)));

        if (!_answer.AsSpan().StartsWith("HTTP/1.1 201"u8))
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(_answer, 0, got));
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf(EndOfHead);
        if (head < 0)
        {
            return false;
        }

        var length = answer[..head].IndexOf("Content-Length: "u8);
        if (length < 0)
        {
            return answer.EndsWith(EndOfChunks);
        }

        var digits = answer[(length + "Content-Length: ".Length)..head];
        digits = digits.IndexOf((byte)'\r') is var end and >= 0 ? digits[..end] : digits;
        return answer.Length - head - EndOfHead.Length >= int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }
}
