using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MqttChat.Tests.Support;

/// <summary>A WebSocket listener at <c>/mqtt</c> before a broker's TCP port, as a reverse proxy has it: Debian's Mosquitto cannot open one.</summary>
public sealed class WebSocketDoor : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebSocketDoor(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<WebSocketDoor> OpenAsync(int brokerPort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.Map("/mqtt", context => ForwardAsync(context, brokerPort));
        await app.StartAsync();
        return new WebSocketDoor(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }

    private static async Task ForwardAsync(HttpContext context, int brokerPort)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("mqtt");
        using var broker = new TcpClient();
        await broker.ConnectAsync(IPAddress.Loopback, brokerPort, context.RequestAborted);
        await using var stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
        await Task.WhenAny(
            stream.CopyToAsync(broker.GetStream(), context.RequestAborted), broker.GetStream().CopyToAsync(stream, context.RequestAborted));
    }
}
