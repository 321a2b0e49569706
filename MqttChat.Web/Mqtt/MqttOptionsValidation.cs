using System.Net;
using Microsoft.Extensions.Options;

namespace MqttChat.Web.Mqtt;

/// <summary>Refuses settings that cannot work: all at once, each naming its key. Values of secrets are never repeated.</summary>
internal sealed class MqttOptionsValidation : IValidateOptions<MqttOptions>
{
    private static readonly char[] Wildcards = ['+', '#'];

    public ValidateOptionsResult Validate(string? name, MqttOptions options)
    {
        var failures = Login(options).Concat(Transport(options)).Concat(Topics(options)).ToList();
        if (options.IsEmbedded)
        {
            failures.AddRange(Embedded(options));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>A topic filter as the standard allows it: <c>+</c> fills a level, <c>#</c> is the last one.</summary>
    internal static bool IsFilter(string filter)
    {
        var levels = filter.Split('/');
        return filter.Length is > 0 and <= 1024 && !filter.Any(char.IsControl)
            && levels.All(level => level.IndexOfAny(Wildcards) < 0 || level.Length == 1)
            && !levels.SkipLast(1).Contains("#");
    }

    private static IEnumerable<string> Login(MqttOptions options)
    {
        if (options.ClientId.Length is 0 or > 64 || options.ClientId.Any(c => char.IsControl(c) || "+#/ ".Contains(c)))
        {
            yield return "Mqtt:ClientId: 1 to 64 characters without space, '+', '#' and '/'.";
        }

        if (options.Password.Length > 0 && options.Username.Length == 0)
        {
            yield return "Mqtt:Username: a password needs a user name.";
        }
    }

    private static IEnumerable<string> Transport(MqttOptions options)
    {
        if (options.Port is < 1 or > 65535)
        {
            yield return $"Mqtt:Port: {options.Port} is no port; 1 to 65535.";
        }

        if (options.PlugPort is < 0 or > 65535)
        {
            yield return $"Mqtt:PlugPort: {options.PlugPort} is no port; 1 to 65535, or 0 for the broker's.";
        }

        if (options.PlugHost.Length > 0 && Uri.CheckHostName(options.PlugHost.Trim('[', ']')) == UriHostNameType.Unknown)
        {
            yield return $"Mqtt:PlugHost: '{options.PlugHost}' is no host name and no address (no scheme, no port).";
        }

        if (!options.IsEmbedded && Uri.CheckHostName(options.Host.Trim('[', ']')) == UriHostNameType.Unknown)
        {
            yield return $"Mqtt:Host: '{options.Host}' is no host name and no address (no scheme, no port).";
        }

        if (options.KeepAlive < TimeSpan.FromSeconds(1) || options.KeepAlive > TimeSpan.FromMinutes(1))
        {
            yield return $"Mqtt:KeepAlive: {options.KeepAlive} is not between 1 and 60 seconds.";
        }

        if (options.CaFile.Length > 0 && !options.UseTls)
        {
            yield return "Mqtt:CaFile: has an effect only with Mqtt:UseTls = true.";
        }

        if (options.CaFile.Length > 0 && !File.Exists(options.CaPath))
        {
            yield return $"Mqtt:CaFile: there is no file '{options.CaPath}'.";
        }
    }

    private static IEnumerable<string> Topics(MqttOptions options)
    {
        if (options.SignalQos is < 0 or > 1)
        {
            yield return $"Mqtt:SignalQos: {options.SignalQos} is not 0 or 1.";
        }

        var prefix = options.TopicPrefix;
        if (prefix.Length > 128 || prefix.IndexOfAny(Wildcards) >= 0 || prefix.Any(char.IsControl)
            || prefix.StartsWith('/') || prefix.EndsWith('/') || prefix.StartsWith('$'))
        {
            yield return "Mqtt:TopicPrefix: at most 128 characters without '+', '#', a '/' at either end or a '$' in front.";
        }

        foreach (var filter in options.DiscoveryFilters.Where(f => f.Length > 0 && !IsFilter(f)))
        {
            yield return $"Mqtt:DiscoveryFilters: '{filter}' is no topic filter.";
        }
    }

    private static IEnumerable<string> Embedded(MqttOptions options)
    {
        if (options.Embedded.TryParse(out var listen))
        {
            if (!IPAddress.IsLoopback(listen.Address) && options.Password.Length == 0)
            {
                yield return "Mqtt:Password: a broker that listens beyond this machine needs Mqtt:Username and Mqtt:Password.";
            }
        }
        else if (options.Embedded.IsFixed)
        {
            yield return $"Mqtt:Embedded:Listen: '{options.Embedded.Listen}' is not address:port, for example 127.0.0.1:1883.";
        }

        if (options.UseTls || options.WebSocketPath.Length > 0)
        {
            yield return "Mqtt:Host: TLS and WebSocket need a broker of their own; name it.";
        }
    }
}
