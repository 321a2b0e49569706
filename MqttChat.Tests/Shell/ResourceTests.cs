using System.Text.RegularExpressions;
using System.Xml.Linq;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Shell;

/// <summary>Every text exists in both languages, with the same places to fill in.</summary>
public sealed partial class ResourceTests
{
    public static TheoryData<string> EnglishFiles() =>
        [.. Directory.EnumerateFiles(Repository.PathOf("MqttChat.Web"), "*Texts.resx", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(EnglishFiles))]
    public void Texts_InBothLanguages_HaveTheSameKeysAndPlaces(string english)
    {
        var first = Read(Repository.PathOf(english));
        var second = Read(Repository.PathOf(Path.ChangeExtension(english, ".ja.resx")));

        Assert.Equal(first.Keys.Order(), second.Keys.Order());
        foreach (var (key, text) in first)
        {
            Assert.False(string.IsNullOrWhiteSpace(second[key]), key);
            Assert.Equal((key, Places(text)), (key, Places(second[key])));
        }
    }

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(file).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static string Places(string text) =>
        string.Join(',', Place().Matches(text).Select(match => match.Groups["number"].Value).Distinct().Order());

    [GeneratedRegex(@"\{(?<number>\d+)")]
    private static partial Regex Place();
}
