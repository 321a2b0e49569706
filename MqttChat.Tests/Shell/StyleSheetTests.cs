using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Shell;

/// <summary>What must hold of every sheet, whatever page it is for.</summary>
public sealed partial class StyleSheetTests
{
    [Fact]
    public void Hidden_OnAnyPage_LosesToNoLayout()
    {
        var shared = File.ReadAllText(Path.Combine(Web, "wwwroot", "app.css"));

        Assert.Contains("[hidden] { display: none !important; }", shared, StringComparison.Ordinal);
        Assert.DoesNotContain(Sheets(), sheet => ForcedDisplay().IsMatch(WithoutHidden(sheet.Text)));
    }

    [Theory]
    [InlineData("wwwroot/app.css")]
    [InlineData("Devices/PlugSwitch.razor.css")]
    [InlineData("Rooms/RoomListItem.razor.css")]
    [InlineData("Telemetry/PowerChart.razor.css")]
    [InlineData("Telemetry/TopPlugs.razor.css")]
    [InlineData("Telemetry/ConnectPlug.razor.css")]
    [InlineData("Observability/Sparkline.razor.css")]
    [InlineData("Chat/RoomChat.razor.css")]
    public void WhatOnlyAFillTells_InForcedColours_IsToldBySystemColours(string sheet) =>
        Assert.Contains("@media (forced-colors: active)", File.ReadAllText(Path.Combine(Web, sheet)), StringComparison.Ordinal);

    private static string Web => Path.Combine(Repository.Root, "MqttChat.Web");

    private static string WithoutHidden(string sheet) => sheet.Replace("[hidden] { display: none !important; }", "", StringComparison.Ordinal);

    private static IEnumerable<(string Path, string Text)> Sheets() =>
        from path in Directory.EnumerateFiles(Web, "*.css", SearchOption.AllDirectories)
        let part = Path.GetRelativePath(Web, path).Split(Path.DirectorySeparatorChar)
        where part[0] is not ("bin" or "obj") && !part.Contains("lib")
        select (path, File.ReadAllText(path));

    [GeneratedRegex(@"display:[^;}]*!important")]
    private static partial Regex ForcedDisplay();
}
