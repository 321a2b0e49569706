using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Shell;

/// <summary><c>compose.yaml</c> and <c>compose.sqlserver.yaml</c> as text: no container runs here.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] Example = File.ReadAllLines(Repository.PathOf(".env.example"));

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("compose.sqlserver.yaml")]
    public void Secrets_StandInNoFile_AndTheirAbsenceIsAnError(string file)
    {
        var compose = Read(file);
        var secrets = SecretPattern().Matches(compose).Select(match => match.Groups["value"].Value).ToList();

        Assert.Equal(4, secrets.Count);
        Assert.All(secrets, value => Assert.Matches(@"^\$\{[A-Z_]+:\?[^}]+\}", value));
        foreach (var name in SettingPattern().Matches(compose).Where(match => match.Groups["need"].Value == ":?").Select(match => match.Groups["name"].Value))
        {
            Assert.Contains($"{name}=", Example);
        }
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("compose.sqlserver.yaml")]
    public void Settings_AllStandInTheExample(string file) => Assert.DoesNotContain(
        SettingPattern().Matches(Read(file)).Select(match => match.Groups["name"].Value),
        name => !Example.Any(line => line.StartsWith($"{name}=", StringComparison.Ordinal)));

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("compose.sqlserver.yaml")]
    public void Services_AllHaveHealthChecksLimitsAndWaitForHealth(string file)
    {
        var compose = Read(file);
        Assert.Equal(3, Regex.Count(compose, "^    healthcheck:$", RegexOptions.Multiline));
        Assert.Equal(3, Regex.Count(compose, "^    deploy: .*limits:.*memory:", RegexOptions.Multiline));
        Assert.Equal(2, Regex.Count(compose, "condition: service_healthy"));

        // Only the broker may be told to listen beyond this machine.
        Assert.Equal(["127.0.0.1:${SITE_PORT:-8080}:8080", "${MQTT_LISTEN:-127.0.0.1}:1883:1883"], PortPattern().Matches(compose).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Files_DifferInTheDatabaseAlone()
    {
        var (postgres, sqlServer) = (Read("compose.yaml"), Read("compose.sqlserver.yaml"));

        Assert.Equal(WithoutDatabase(sqlServer), WithoutDatabase(postgres));
        Assert.All(["House__TimeZone", "House__Language", "House__Currency", "House__PricePerKilowattHour"],
            setting => Assert.Contains($"      {setting}: ${{", postgres, StringComparison.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Repository.PathOf(file));

    private static string WithoutDatabase(string compose) => DatabasePattern().Replace(compose, "");

    [GeneratedRegex(@"^#.*\n|^      (?:Database__|ConnectionStrings__).*\n|^  database:\n    image:(?:.*\n)*?\n", RegexOptions.Multiline)]
    private static partial Regex DatabasePattern();

    [GeneratedRegex(@"(?i)password(?::\s*|=)(?<value>\$\{[^}]*\}|[^\s""$;]+)")]
    private static partial Regex SecretPattern();

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(?<need>:[-?])")]
    private static partial Regex SettingPattern();

    [GeneratedRegex(@"^      - ""(.+:\d+)""$", RegexOptions.Multiline)]
    private static partial Regex PortPattern();
}
