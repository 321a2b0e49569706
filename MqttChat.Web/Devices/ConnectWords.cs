using MqttChat.Domain.Devices;

namespace MqttChat.Web.Devices;

/// <summary>One thing to type: what the plug's own page calls it, and the value.</summary>
internal sealed record ConnectField(string Label, string Value);

/// <summary>What to type into a plug of each family, in the words of its own pages (which speak English whatever the house speaks).</summary>
internal static class ConnectWords
{
    // Where the address cannot be told; nobody takes it for one.
    private const string NoHost = "…";

    /// <summary>Field by field.</summary>
    public static IReadOnlyList<ConnectField> Fields(PlugCredential credential, string password, PlugAddress broker)
    {
        var (host, port, user) = (broker.Host ?? NoHost, $"{broker.Port}", credential.UserName);
        return credential.Family switch
        {
            PlugTopics.Tasmota =>
                [new("Host", host), new("Port", port), new("User", user), new("Password", password), new("Topic", user), new("Full Topic", "%prefix%/%topic%/")],
            PlugTopics.Shelly1 =>
                [new("Server", $"{host}:{port}"), new("Username", user), new("Password", password), new("Use custom MQTT prefix", user)],
            PlugTopics.Shelly2 =>
                [new("Server", $"{host}:{port}"), new("MQTT prefix", user), new("Username", user), new("Password", password)],
            _ => [new("base_topic", user), new("server", $"mqtt://{host}:{port}"), new("user", user), new("password", password)],
        };
    }

    /// <summary>All of it at once, where the plug takes that: Tasmota's console, Zigbee2MQTT's <c>configuration.yaml</c>. Null elsewhere.</summary>
    public static string? AtOnce(PlugCredential credential, string password, PlugAddress broker)
    {
        var (host, user) = (broker.Host ?? NoHost, credential.UserName);
        return credential.Family switch
        {
            PlugTopics.Tasmota =>
                $"Backlog MqttHost {host}; MqttPort {broker.Port}; MqttUser {user}; MqttPassword {password}; Topic {user}; FullTopic %prefix%/%topic%/; TelePeriod 10",
            // In quotes: YAML takes "203" for a number and "on" for a truth value, and Zigbee2MQTT refuses both.
            PlugTopics.Zigbee2Mqtt =>
                $"mqtt:\n  base_topic: '{user}'\n  server: 'mqtt://{host}:{broker.Port}'\n  user: '{user}'\n  password: '{password}'",
            _ => null,
        };
    }

    /// <summary>For Mosquitto's password file.</summary>
    public static string PasswordLine(PlugCredential credential, string password) => $"{credential.UserName}:{BrokerPassword.HashOf(password)}";

    /// <summary>For Mosquitto's access list.</summary>
    public static string AccessLines(PlugCredential credential) => string.Join('\n', [
        $"user {credential.UserName}",
        .. credential.Topics.Writes.Except(credential.Topics.Reads).Select(filter => $"topic write {filter}"),
        .. credential.Topics.Writes.Intersect(credential.Topics.Reads).Select(filter => $"topic readwrite {filter}"),
        .. credential.Topics.Reads.Except(credential.Topics.Writes).Select(filter => $"topic read {filter}"),
    ]);
}
