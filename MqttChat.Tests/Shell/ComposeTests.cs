using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Shell;

/// <summary><c>compose.yaml</c> as text: no container runs here.</summary>
public sealed partial class ComposeTests
{
    private static readonly string Compose = File.ReadAllText(Repository.PathOf("compose.yaml"));
    private static readonly string[] Example = File.ReadAllLines(Repository.PathOf(".env.example"));

    [Fact]
    public void Secrets_StandInNoFile_AndTheirAbsenceIsAnError()
    {
        var secrets = SecretPattern().Matches(Compose).Select(match => match.Groups["value"].Value).ToList();

        Assert.Equal(4, secrets.Count);
        Assert.All(secrets, value => Assert.Matches(@"^\$\{[A-Z_]+:\?[^}]+\}", value));
        foreach (var name in SettingPattern().Matches(Compose).Where(match => match.Groups["need"].Value == ":?").Select(match => match.Groups["name"].Value))
        {
            Assert.Contains($"{name}=", Example);
        }
    }

    [Fact]
    public void Settings_AllStandInTheExample() => Assert.DoesNotContain(
        SettingPattern().Matches(Compose).Select(match => match.Groups["name"].Value),
        name => !Example.Any(line => line.StartsWith($"{name}=", StringComparison.Ordinal)));

    [Fact]
    public void Services_AllHaveHealthChecksLimitsAndWaitForHealth()
    {
        Assert.Equal(3, Regex.Count(Compose, "^    healthcheck:$", RegexOptions.Multiline));
        Assert.Equal(3, Regex.Count(Compose, "^    deploy: .*limits:.*memory:", RegexOptions.Multiline));
        Assert.Equal(2, Regex.Count(Compose, "condition: service_healthy"));

        // Only the broker may be told to listen beyond this machine.
        Assert.Equal(["127.0.0.1:${SITE_PORT:-8080}:8080", "${MQTT_LISTEN:-127.0.0.1}:1883:1883"], PortPattern().Matches(Compose).Select(match => match.Groups[1].Value));
    }

    [GeneratedRegex(@"(?i)password(?::\s*|=)(?<value>\$\{[^}]*\}|[^\s""$;]+)")]
    private static partial Regex SecretPattern();

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(?<need>:[-?])")]
    private static partial Regex SettingPattern();

    [GeneratedRegex(@"^      - ""(.+:\d+)""$", RegexOptions.Multiline)]
    private static partial Regex PortPattern();
}
