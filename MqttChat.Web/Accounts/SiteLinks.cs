using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>Addresses of the site's own pages.</summary>
internal sealed class SiteLinks(IOptions<SiteOptions> site)
{
    /// <summary>The address people use, ending in a slash; null when none is set.</summary>
    public Uri? PublicUrl { get; } = site.Value.PublicUrl is { Length: > 0 } url ? new Uri(url.TrimEnd('/') + "/") : null;

    /// <summary>Whether people reach the site over TLS.</summary>
    public bool IsHttps => PublicUrl?.Scheme == Uri.UriSchemeHttps;

    /// <summary>A link for the person who asks: under the public address, else under the address they used.</summary>
    public string For(HttpRequest request, string path) =>
        PublicUrl is not null ? new Uri(PublicUrl, path).ToString() : $"{request.Scheme}://{request.Host}{request.PathBase}/{path}";

    /// <summary>The same from a live page.</summary>
    public string For(NavigationManager here, string path) => new Uri(PublicUrl ?? new Uri(here.BaseUri), path).ToString();

    /// <summary>Whether a link leads nowhere but to the machine on which it is opened.</summary>
    public static bool StaysHere(string link) => new Uri(link).IsLoopback;
}
