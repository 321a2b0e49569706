using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain;
using MqttChat.Web.Devices;
using MqttChat.Web.Shell;

namespace MqttChat.Tests.Devices;

/// <summary>A switch shows what the plug reports, and says what it waits for.</summary>
public sealed class PlugSwitchPageTests : BunitContext
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<bool> _sent = [];
    private Exception? _refusal;

    public PlugSwitchPageTests()
    {
        Services.AddLocalization().AddSingleton<TimeProvider>(_clock).AddSingleton<RefusalMessages>();
    }

    [Fact]
    public void Click_UntilThePlugReports_SaysSwitchingAndKeepsTheState()
    {
        var shown = RenderSwitch(isOn: false);

        shown.Find("button").Click();

        Assert.Equal([true], _sent);
        Assert.Equal("switching…", Note(shown));
        Assert.Equal("false", shown.Find("button").GetAttribute("aria-checked"));
    }

    [Fact]
    public void Report_WithTheStateAskedFor_EndsTheWaiting()
    {
        var shown = RenderSwitch(isOn: false);
        shown.Find("button").Click();

        Report(shown, isOn: true);

        Assert.Equal("", Note(shown));
        Assert.Equal("true", shown.Find("button").GetAttribute("aria-checked"));
        _clock.Advance(PlugSwitch.AnswerWithin);
        Assert.Equal("", Note(shown));
    }

    [Fact]
    public void Report_WithTheOldState_DoesNotEndTheWaiting()
    {
        var shown = RenderSwitch(isOn: false);
        shown.Find("button").Click();

        Report(shown, isOn: false);

        Assert.Equal("switching…", Note(shown));
    }

    [Fact]
    public void Silence_AfterFiveSeconds_IsSaid_AndALateReportTakesItBack()
    {
        var shown = RenderSwitch(isOn: true);
        shown.Find("button").Click();

        _clock.Advance(PlugSwitch.AnswerWithin - TimeSpan.FromMilliseconds(1));
        Assert.Equal("switching…", Note(shown));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        shown.WaitForAssertion(() => Assert.Equal("The plug didn’t respond", Note(shown)));

        Report(shown, isOn: false);
        Assert.Equal("", Note(shown));
    }

    [Fact]
    public void Click_WhileSwitching_SendsNothingMore()
    {
        var shown = RenderSwitch(isOn: false);
        shown.Find("button").Click();
        shown.Find("button").Click();

        Assert.Equal([true], _sent);
    }

    [Fact]
    public void Refusal_IsSaidInWords()
    {
        _refusal = new RefusedException(RefusalKind.Unavailable, "broker.away");
        var shown = RenderSwitch(isOn: false);

        shown.Find("button").Click();

        Assert.Equal("Can’t reach the broker, so nothing was switched.", Note(shown));
    }

    [Theory]
    [InlineData("en", "switching…")]
    [InlineData("ja", "切り替え中…")]
    public void Switching_IsSaidInTheViewersLanguage(string language, string expected)
    {
        var before = System.Globalization.CultureInfo.CurrentUICulture;
        System.Globalization.CultureInfo.CurrentUICulture = new(language);
        try
        {
            var shown = RenderSwitch(isOn: false);
            shown.Find("button").Click();
            Assert.Equal(expected, Note(shown));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = before;
        }
    }

    private IRenderedComponent<PlugSwitch> RenderSwitch(bool? isOn) => Render<PlugSwitch>(parameters => parameters
        .Add(one => one.IsOn, isOn).Add(one => one.Label, "Fridge").Add(one => one.Send, SendAsync));

    private static void Report(IRenderedComponent<PlugSwitch> shown, bool isOn) =>
        shown.Render(parameters => parameters.Add(one => one.IsOn, isOn));

    private static string Note(IRenderedComponent<PlugSwitch> shown) => shown.Find("[role=status]").TextContent;

    private Task SendAsync(bool on, CancellationToken cancellation)
    {
        _sent.Add(on);
        return _refusal is null ? Task.CompletedTask : Task.FromException(_refusal);
    }
}
