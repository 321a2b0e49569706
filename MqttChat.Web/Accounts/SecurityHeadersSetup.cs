using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using NetEscapades.AspNetCore.SecurityHeaders.Infrastructure;
using IPNetwork = System.Net.IPNetwork;

namespace MqttChat.Web.Accounts;

/// <summary>The headers that every response carries.</summary>
internal static class SecurityHeadersSetup
{
    private const string DocsPolicy = "docs";
    private const string DocsPath = "/api/docs";

    public static WebApplicationBuilder AddSecurityBaseline(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSecurityHeaderPolicies((policies, services) =>
        {
            var links = services.GetRequiredService<SiteLinks>();
            policies.SetDefaultPolicy(headers => Common(headers, links, forDocs: false));
            policies.AddPolicy(DocsPolicy, headers => Common(headers, links, forDocs: true));
            policies.SetPolicySelector(context => context.HttpContext.Request.Path.StartsWithSegments(DocsPath)
                ? context.ConfiguredPolicies[DocsPolicy]
                : context.DefaultPolicy);
        });
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((options, proxies) =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in proxies.Value.TrustedProxies)
            {
                options.KnownIPNetworks.Add(IPNetwork.TryParse(proxy, out var network) ? network : Single(IPAddress.Parse(proxy)));
            }
        });
        return builder;
    }

    public static WebApplication UseSecurityBaseline(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        // After the proxy's own word on what people asked for.
        app.UseMiddleware<HostGate>();
        if (app.Services.GetRequiredService<SiteLinks>() is { IsHttps: true, PublicUrl: { } url })
        {
            // Behind a proxy that speaks TLS for us the request looks plain; the settings say how people really came.
            app.Use((http, next) =>
            {
                if (string.Equals(http.Request.Host.Host, url.Host, StringComparison.OrdinalIgnoreCase))
                {
                    http.Request.Scheme = Uri.UriSchemeHttps;
                }

                return next(http);
            });
        }

        app.UseSecurityHeaders();
        return app;
    }

    private static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    private static void Common(HeaderPolicyCollection headers, SiteLinks links, bool forDocs)
    {
        headers.AddContentTypeOptionsNoSniff().AddFrameOptionsDeny().AddReferrerPolicySameOrigin().RemoveServerHeader()
            .AddCustomHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
            .AddContentSecurityPolicy(policy => Content(policy, links, forDocs));
        if (links.IsHttps)
        {
            headers.AddStrictTransportSecurityMaxAge(60 * 60 * 24 * 365);
        }
    }

    private static void Content(CspBuilder policy, SiteLinks links, bool forDocs)
    {
        policy.AddDefaultSrc().Self();
        var scripts = policy.AddScriptSrc().Self();
        policy.AddStyleSrc().Self().UnsafeInline();
        policy.AddImgSrc().Self().Data();
        var connections = policy.AddConnectSrc().Self();
        policy.AddObjectSrc().None();
        policy.AddBaseUri().Self();
        policy.AddFormAction().Self();
        policy.AddFrameAncestors().None();
        if (links.PublicUrl is { } url)
        {
            // Older Safari does not take 'self' to cover the same host's WebSocket.
            connections.From($"{(links.IsHttps ? "wss" : "ws")}://{url.Authority}");
        }

        if (forDocs)
        {
            // The API's reader starts itself by an inline script, and has nobody's cookies to lose.
            scripts.UnsafeInline();
            policy.AddFontSrc().Self().Data();
        }
    }
}
