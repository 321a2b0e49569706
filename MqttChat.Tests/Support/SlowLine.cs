using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.Playwright;

namespace MqttChat.Tests.Support;

/// <summary>
/// A slow line between a browser and the house: each request, and each message of a socket in both directions, comes later by
/// <c>MQTTCHAT_TEST_LAG</c> milliseconds. With it the browser tests show who counts on a quick line: <c>MQTTCHAT_TEST_LAG=400 ./test.sh</c>.
/// </summary>
internal static partial class SlowLine
{
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(
        int.TryParse(Environment.GetEnvironmentVariable("MQTTCHAT_TEST_LAG"), CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds : 0);

    /// <summary>Makes the line of that person slow, if lag is asked for.</summary>
    public static async Task SlowDownAsync(this IBrowserContext context)
    {
        if (Lag <= TimeSpan.Zero)
        {
            return;
        }

        await context.RouteAsync(
            "**/*",
            async route =>
            {
                await Task.Delay(Lag);
                await route.FallbackAsync();
            });
        await context.RouteWebSocketAsync(Any(), Slow);
    }

    private static void Slow(IWebSocketRoute browser)
    {
        var house = browser.ConnectToServer();
        Pass(browser, house);
        Pass(house, browser);
    }

    // One after another: two messages that wait beside each other could overtake.
    private static void Pass(IWebSocketRoute from, IWebSocketRoute to)
    {
        var under = Channel.CreateUnbounded<(long Came, IWebSocketFrame Frame)>();
        from.OnMessage(frame => under.Writer.TryWrite((TimeProvider.System.GetTimestamp(), frame)));
        _ = Task.Run(async () =>
        {
            await foreach (var (came, frame) in under.Reader.ReadAllAsync())
            {
                var rest = Lag - TimeProvider.System.GetElapsedTime(came);
                await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
                if (frame.Binary is { } bytes)
                {
                    to.Send(bytes);
                }
                else
                {
                    to.Send(frame.Text ?? "");
                }
            }
        });
    }

    [GeneratedRegex("")]
    private static partial Regex Any();
}
