using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Accounts.Forms;

/// <summary>No form is forgotten: each that is posted carries the token and the number of its drawing.</summary>
public sealed partial class FormMarkupTests
{
    [Fact]
    public void PostedForms_AllCarryTheirTokens()
    {
        var root = Path.Combine(Repository.Root, "MqttChat.Web");
        var forms = Directory.EnumerateFiles(root, "*.razor", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => FormPattern().Matches(File.ReadAllText(file)).Select(form => (File: Path.GetRelativePath(root, file), form.Value))).ToList();

        Assert.True(forms.Count > 15, $"{forms.Count} forms");
        Assert.All(forms, form => Assert.True(form.Value.Contains("<FormTokens", StringComparison.Ordinal), form.File));
    }

    [GeneratedRegex("<form[^>]*method=\"post\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();
}
