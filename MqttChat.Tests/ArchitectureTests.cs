using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests;

/// <summary>The rules of who may know whom, read from the sources.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> FeaturesKnownBy = new()
    {
        ["Accounts"] = ["Accounts", "Rooms"],
        ["Rooms"] = ["Accounts", "Rooms"],
        ["Chat"] = ["Accounts", "Rooms", "Chat"],
        ["Devices"] = ["Accounts", "Rooms", "Devices"],
        ["Telemetry"] = ["Accounts", "Rooms", "Devices", "Telemetry"],
        ["Rules"] = ["Accounts", "Rooms", "Devices", "Telemetry", "Chat", "Rules"],
        ["Observability"] = ["Accounts", "Rooms", "Devices", "Telemetry", "Chat", "Rules", "Observability"],
    };

    [Fact]
    public void Domain_Sources_KnowNeitherTransportNorHosting() =>
        Assert.Empty(Lines("MqttChat.Domain").Where(line => ForbiddenInDomain().IsMatch(line.Text)).Select(line => line.Where));

    [Fact]
    public void MqttNet_IsUsed_OnlyInItsFolder() =>
        Assert.Empty(Lines("MqttChat.Web", "MqttChat.Tests", "MqttChat.Benchmarks")
            .Where(line => MqttNetUse().IsMatch(line.Text))
            .Where(line => !line.Where.StartsWith("MqttChat.Web/Mqtt/", StringComparison.Ordinal)
                && !line.Where.StartsWith("MqttChat.Tests/Support/", StringComparison.Ordinal)
                && !line.Where.StartsWith("MqttChat.Benchmarks/", StringComparison.Ordinal))
            .Select(line => line.Where));

    [Fact]
    public void MudBlazor_IsUsed_OnlyInComponents() =>
        Assert.Empty(Lines("MqttChat.Domain", "MqttChat.Web")
            .Where(line => line.Text.Contains("using MudBlazor", StringComparison.Ordinal))
            .Where(line => !line.Where.Contains(".razor", StringComparison.Ordinal)
                && !line.Where.StartsWith("MqttChat.Web/Shell/", StringComparison.Ordinal))
            .Select(line => line.Where));

    [Theory]
    [InlineData("MqttChat.Domain")]
    [InlineData("MqttChat.Web")]
    public void Features_Know_OnlyTheirOwn(string project)
    {
        var broken =
            from line in Lines(project)
            let feature = line.Where.Split('/')[1]
            where FeaturesKnownBy.ContainsKey(feature)
            from Match use in FeatureUse().Matches(line.Text)
            let used = use.Groups["feature"].Value
            where FeaturesKnownBy.ContainsKey(used) && !FeaturesKnownBy[feature].Contains(used)
            select $"{line.Where} knows {used}";

        Assert.Empty(broken);
    }

    [Fact]
    public void Components_Hold_NoDbContextAndNoMqttClient() =>
        Assert.Empty(Lines("MqttChat.Web")
            .Where(line => line.Where.Contains(".razor", StringComparison.Ordinal))
            .Where(line => line.Text.Contains("DbContext", StringComparison.Ordinal) || line.Text.Contains("IMqttClient", StringComparison.Ordinal))
            .Select(line => line.Where));

    [Fact]
    public void Program_StaysShort() =>
        Assert.InRange(File.ReadAllLines(Repository.PathOf("MqttChat.Web", "Program.cs")).Length, 1, 59);

    private static IEnumerable<(string Where, string Text)> Lines(params string[] projects) =>
        from project in projects
        from file in Directory.EnumerateFiles(Repository.PathOf(project), "*", SearchOption.AllDirectories)
        where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)
        let name = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
        where !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal)
            && !name.Contains("/Migrations/", StringComparison.Ordinal)
            && name != "MqttChat.Tests/ArchitectureTests.cs"
        from line in File.ReadLines(file).Select((text, index) => (Where: $"{name}:{index + 1}", Text: text))
        select line;

    [GeneratedRegex(@"using (MQTTnet|MudBlazor|MqttChat\.Web|Microsoft\.AspNetCore\.(Builder|Hosting|Http|Components)|Microsoft\.Extensions\.Hosting)")]
    private static partial Regex ForbiddenInDomain();

    [GeneratedRegex(@"(using|@using)\s+(static\s+)?MQTTnet|\bMQTTnet\.")]
    private static partial Regex MqttNetUse();

    [GeneratedRegex(@"MqttChat\.(Domain|Web)\.(?<feature>[A-Z][a-z]+)")]
    private static partial Regex FeatureUse();
}
