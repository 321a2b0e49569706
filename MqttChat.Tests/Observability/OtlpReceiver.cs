using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MqttChat.Tests.Observability;

/// <summary>A span as a collector sees it.</summary>
internal sealed record SeenSpan(string Scope, string Name, IReadOnlyDictionary<string, string> Tags);

/// <summary>A collector: takes OTLP over http/protobuf, keeps what came and decodes as much as tests ask about.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<byte[]> _metrics = [];
    private readonly ConcurrentQueue<byte[]> _traces = [];

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/metrics", request => KeepAsync(request, _metrics));
        _app.MapPost("/v1/traces", request => KeepAsync(request, _traces));
    }

    public string Address => _app.Urls.First();

    /// <summary>All that came, as it came.</summary>
    public IEnumerable<byte[]> Bodies => _metrics.Concat(_traces);

    /// <summary>The names of all instruments, with their meter: <c>MqttChat/mqttchat.circuits.open</c>.</summary>
    public SortedSet<string> Instruments =>
    [
        .. from body in _metrics
           from resource in ProtoMessage.Parse(body).Messages(1)
           from scope in resource.Messages(2)
           from metric in scope.Messages(2)
           select $"{scope.Messages(1).Single().Text(1)}/{metric.Text(1)}",
    ];

    /// <summary>All spans so far.</summary>
    public IReadOnlyList<SeenSpan> Spans =>
    [
        .. from body in _traces
           from resource in ProtoMessage.Parse(body).Messages(1)
           from scope in resource.Messages(2)
           from span in scope.Messages(2)
           select new SeenSpan(
               scope.Messages(1).Single().Text(1), span.Text(5),
               span.Messages(9).ToDictionary(tag => tag.Text(1), tag => tag.Messages(2).Single().Text(1))),
    ];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task KeepAsync(HttpContext http, ConcurrentQueue<byte[]> kept)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        kept.Enqueue(body.ToArray());
        http.Response.ContentType = "application/x-protobuf";
    }
}
