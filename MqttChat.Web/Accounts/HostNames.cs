using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>
/// By which names the house answers: what a request says in its Host header ends in links, invitations and redirects, and anyone can write
/// it. The public address and the names in <c>AllowedHosts</c>; and what only means a machine nearby, as in a house without a name.
/// </summary>
internal sealed class HostNames(IOptions<SiteOptions> site, IConfiguration configuration)
{
    private static readonly string[] Nearby = ["localhost", ".localhost", ".local", ".lan", ".home", ".internal", ".home.arpa", ".fritz.box"];

    private readonly string? _public = site.Value.PublicUrl is { Length: > 0 } url ? new Uri(url).Host : null;
    private readonly string[] _allowed = (configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether a request for that name is answered.</summary>
    public bool Knows(string host)
    {
        var name = host.TrimEnd('.');
        return name.Length == 0 || Same(name, _public) || _allowed.Any(allowed => Allows(allowed, name)) || IsNearby(name);
    }

    private static bool Allows(string allowed, string name) =>
        allowed == "*" || Same(allowed, name) || (allowed.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase));

    private static bool IsNearby(string name) => IPAddress.TryParse(name.Trim('[', ']'), out var address)
        ? IsNearby(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        : !name.Contains('.', StringComparison.Ordinal)
            || Nearby.Any(end => end[0] == '.' ? name.EndsWith(end, StringComparison.OrdinalIgnoreCase) : Same(name, end));

    // RFC 1918, 6598 (shared, also of VPNs), 3927, 4193, 4291.
    private static bool IsNearby(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return true;
        }

        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal
            : bytes is [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [169, 254, ..] or [100, >= 64 and <= 127, ..];
    }

    private static bool Same(string left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Refuses a request for a name that is not the house's, before anything is made of it.</summary>
internal sealed class HostGate(RequestDelegate next, HostNames names, ILogger<HostGate> logger)
{
    private int _told;

    public Task InvokeAsync(HttpContext http)
    {
        var host = http.Request.Host.Host;
        if (names.Knows(host))
        {
            return next(http);
        }

        // Once: whoever writes the header could fill the log.
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            logger.LogWarning("A request for {Host} was refused: it is neither the host of Site:PublicUrl nor in AllowedHosts. More are not logged", host);
        }

        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return http.Response.WriteAsync("This house is not known by that name. Its operator can set Site:PublicUrl or AllowedHosts.", http.RequestAborted);
    }
}
