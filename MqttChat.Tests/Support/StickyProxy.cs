using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace MqttChat.Tests.Support;

/// <summary>
/// What stands before several instances: a person's browser keeps its instance by a cookie, an instance that does not answer gets
/// nobody, and its people go to the others.
/// </summary>
public sealed class StickyProxy : IAsyncDisposable
{
    /// <summary>Says which instance answered.</summary>
    public const string InstanceHeader = "x-instance";

    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);
    private readonly WebApplication _app;

    private StickyProxy(WebApplication app) => _app = app;

    public Uri BaseAddress => new($"http://localhost:{new Uri(_app.Urls.First()).Port}");

    public static async Task<StickyProxy> StartAsync(IEnumerable<Uri> instances)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.Configure<TransportFailureRateHealthPolicyOptions>(options => options.MinimalTotalCountThreshold = 2);
        var destinations = instances.Index().ToDictionary(
            one => one.Index.ToString(CultureInfo.InvariantCulture), one => new DestinationConfig { Address = one.Item.ToString() });
        builder.Services.AddReverseProxy().LoadFromMemory([Route()], [Cluster(destinations)]).AddTransforms(context =>
            context.AddResponseTransform(answer =>
            {
                answer.HttpContext.Response.Headers[InstanceHeader] = answer.HttpContext.GetReverseProxyFeature().ProxiedDestination?.DestinationId;
                return ValueTask.CompletedTask;
            }));
        var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        // Pages that are still open would be waited for.
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(atOnce.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }

    // The host stays what the browser asked for: the program compares it with the Origin.
    private static RouteConfig Route() => new()
    {
        RouteId = "all", ClusterId = "house", Match = new RouteMatch { Path = "{**all}" },
        Transforms = [new Dictionary<string, string> { ["RequestHeaderOriginalHost"] = "true" }],
    };

    private static ClusterConfig Cluster(Dictionary<string, DestinationConfig> destinations) => new()
    {
        ClusterId = "house",
        Destinations = destinations,
        LoadBalancingPolicy = "RoundRobin",
        SessionAffinity = new SessionAffinityConfig { Enabled = true, Policy = "HashCookie", FailurePolicy = "Redistribute", AffinityKeyName = "instance" },
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(30) },
        HealthCheck = new HealthCheckConfig
        {
            Active = new ActiveHealthCheckConfig { Enabled = true, Interval = ProbeEvery, Timeout = ProbeEvery, Policy = "ConsecutiveFailures", Path = "/health/live" },
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = "TransportFailureRate", ReactivationPeriod = TimeSpan.FromSeconds(5) },
        },
    };
}
