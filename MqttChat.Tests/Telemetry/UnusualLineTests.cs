using System.Collections.Immutable;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Habits;
using MqttChat.Web.Shell;
using MqttChat.Web.Telemetry;

namespace MqttChat.Tests.Telemetry;

/// <summary>The dashboard's first line over a real past: what is on that shouldn't be is switched off right there, by the same switch as on a tile.</summary>
public sealed class UnusualLineTests : BunitContext, IAsyncLifetime
{
    private readonly List<(int Plug, string Channel, bool On)> _sent = [];
    private IngestHouse _house = null!;
    private Viewer _staff = null!;
    private Exception? _refusal;

    public async Task InitializeAsync()
    {
        _house = await IngestHouse.CreateAsync();
        await _house.StoreHeaterLeftOnAsync(days: 12);
        _staff = await _house.Stores.AddPersonAsync("staff", isStaff: true);
        Services.AddLocalization().AddSingleton<TimeProvider>(_house.Stores.Clock).AddSingleton<RefusalMessages>().AddSingleton<LastUnusual>()
            .AddSingleton(_house.Stores.Services.GetRequiredService<PlugHabits>());
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _house.DisposeAsync();
    }

    [Fact]
    public void SwitchOff_OnTheDashboard_SaysItWaits_UntilThePlugReportsAndTheLineIsCalm()
    {
        var line = Line(Heater());
        line.WaitForAssertion(() => Assert.Equal("Switch off Heater", line.Find("button").GetAttribute("aria-label")));
        Assert.Equal("Switch off", line.Find("button").TextContent.Trim());
        Assert.Equal("/plugs/2", line.Find("a").GetAttribute("href"));

        line.Find("button").Click();
        Assert.Equal([(2, "1", false)], _sent);
        Assert.Equal("switching…", line.Find(".plug-switch-note").TextContent);
        Assert.Equal("true", line.Find("button").GetAttribute("aria-busy"));

        Report(line, Plugs.Plug(id: 2, name: "Heater", watts: 0, isOn: false));
        line.WaitForAssertion(() => Assert.Contains("Nothing has been left on.", line.Markup, StringComparison.Ordinal));
        Assert.Empty(line.FindAll("button"));
    }

    [Fact]
    public void SwitchOff_Refused_SaysWhy_AndTheButtonStays()
    {
        _refusal = new RefusedException(RefusalKind.Unavailable, "broker.away");
        var line = Line(Heater());
        line.WaitForElement("button").Click();

        line.WaitForAssertion(() => Assert.NotEmpty(line.Find(".plug-switch-bad").TextContent));
        Assert.Null(line.Find("button").GetAttribute("aria-busy"));
    }

    [Fact]
    public void SwitchOff_OfAPlugWithChannels_NamesThoseThatAreOn()
    {
        var heater = Heater();
        var channel = heater.Channels[0];
        var line = Line(heater with { Channels = [channel, channel with { Channel = "2", IsOn = false }, channel with { Channel = "3", Name = "Fan" }] });

        line.WaitForAssertion(() => Assert.Equal(["Switch off Channel 1", "Switch off Fan"], line.FindAll("button").Select(button => button.TextContent.Trim())));
        Assert.Equal("Switch off Fan, Heater", line.FindAll("button")[1].GetAttribute("aria-label"));
    }

    private static PlugPower Heater() => Plugs.Plug(id: 2, name: "Heater", watts: 1200);

    private IRenderedComponent<UnusualLine> Line(PlugPower plug) => Render<UnusualLine>(parameters => parameters
        .Add(line => line.Plugs, [plug]).Add(line => line.Now, _house.Now).Add(line => line.Viewer, _staff).Add(line => line.Switch, SwitchAsync));

    private static void Report(IRenderedComponent<UnusualLine> line, PlugPower plug) =>
        line.Render(parameters => parameters.Add(one => one.Plugs, ImmutableArray.Create(plug)));

    private Task SwitchAsync(int plugId, string channel, bool on, CancellationToken cancellation)
    {
        _sent.Add((plugId, channel, on));
        return _refusal is null ? Task.CompletedTask : throw _refusal;
    }
}
