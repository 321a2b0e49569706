using System.Text.RegularExpressions;
using System.Xml.Linq;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Shell;

/// <summary>Every text exists in both languages, with the same places to fill in.</summary>
public sealed partial class ResourceTests
{
    private const string One = ".one";

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

    [Theory]
    [MemberData(nameof(EnglishFiles))]
    public void Texts_ThatCount_HaveOneForASingleThing(string english)
    {
        var texts = Read(Repository.PathOf(english));

        Assert.DoesNotContain(texts, text => Counted().IsMatch(text.Value) && !text.Key.EndsWith(One, StringComparison.Ordinal) && !texts.ContainsKey(text.Key + One));
        Assert.All(texts.Keys.Where(key => key.EndsWith(One, StringComparison.Ordinal)), key => Assert.Contains(key[..^One.Length], texts.Keys));
        Assert.DoesNotContain(texts.Values, text => text.Contains("(s)", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(file).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static string Places(string text) =>
        string.Join(',', Place().Matches(text).Select(match => match.Groups["number"].Value).Distinct().Order());

    // A number before the plural of a thing; verbs that end in "s" follow a name.
    [GeneratedRegex(@"\{0\} (people|(?!(is|has|was|as|knows|gets|lets|decides)\b)[a-z]+s)\b")]
    private static partial Regex Counted();

    [GeneratedRegex(@"\{(?<number>\d+)")]
    private static partial Regex Place();
}
