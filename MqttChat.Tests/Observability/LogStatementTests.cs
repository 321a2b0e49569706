using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Observability;

/// <summary>What the program logs, read from the sources: nothing that says who lives here, what they say, or a secret.</summary>
public sealed partial class LogStatementTests
{
    // Ids, counts, times, stable codes, topics of plugs that a broker's access rules refuse, and addresses of servers.
    private static readonly HashSet<string> Allowed =
    [
        "Action", "Before", "Code", "Count", "Detail", "Directory", "Endpoint", "Filters", "Host", "MessageId", "Method", "Page", "Partition", "Partitions", "Path", "Pause", "Person", "Plug",
        "Reason", "Retry", "Role", "RoomId", "Seconds", "Session", "Staff", "Topic",
    ];

    [Fact]
    public void LogStatements_Name_OnlyWhatMayBeRead()
    {
        var named =
            from file in Sources()
            let text = File.ReadAllText(file)
            from Match statement in LogStatement().Matches(text)
            from Match place in Place().Matches(statement.Value)
            select (Path.GetFileName(file), place.Groups["name"].Value);

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, one => !Allowed.Contains(one.Value));
    }

    [Fact]
    public void LogStatements_AreNotMadeOfStrings() =>
        Assert.DoesNotContain(Sources(), file => Interpolated().IsMatch(File.ReadAllText(file)));

    private static IEnumerable<string> Sources() =>
        from project in (string[])["MqttChat.Web", "MqttChat.Domain"]
        from file in Directory.EnumerateFiles(Repository.PathOf(project), "*", SearchOption.AllDirectories)
        where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
        select file;

    [GeneratedRegex("""(\.Log(Trace|Debug|Information|Warning|Error|Critical)\(|\[LoggerMessage\()[^;]*?"(?<text>[^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LogStatement();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\([^;]*?\$""")]
    private static partial Regex Interpolated();

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)[^}]*\}")]
    private static partial Regex Place();
}
