using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace MqttChat.Web.Accounts;

/// <summary>Where whoever started the program opens it: the public address, else the one it listens on.</summary>
internal sealed class BoundAddress(IServer server, SiteLinks links)
{
    /// <summary>The address, ending in a slash; known once the program has started.</summary>
    public string Find()
    {
        if (links.PublicUrl is { } url)
        {
            return url.ToString();
        }

        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost:5080";
        return bound.Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal).TrimEnd('/') + "/";
    }
}
