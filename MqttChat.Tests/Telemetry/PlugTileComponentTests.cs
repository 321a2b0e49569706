using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Tests.Support;
using MqttChat.Web.Shell;
using MqttChat.Web.Telemetry;

namespace MqttChat.Tests.Telemetry;

/// <summary>A tile renders when what it shows is another, and not otherwise.</summary>
public sealed class PlugTileComponentTests : BunitContext
{
    private readonly FakeTimeProvider _clock = new(Plugs.Noon);
    private readonly ViewerZone _zone;

    public PlugTileComponentTests()
    {
        Services.AddLocalization().AddSingleton<TimeProvider>(_clock).AddSingleton<RefusalMessages>();
        _zone = new ViewerZone(new HttpContextAccessor(), Households.Of(), _clock);
    }

    [Fact]
    public void Tile_ShowsNamePowerAndSwitch()
    {
        var tile = RenderTile(Plugs.Plug());

        Assert.Equal("Fridge", tile.Find(".plug-tile-name").TextContent);
        Assert.Equal("640 W", tile.Find(".plug-tile-watts").TextContent);
        Assert.Equal("true", tile.Find("[role=switch]").GetAttribute("aria-checked"));
        Assert.Equal("online", tile.Find(".presence").TextContent.Trim());
    }

    [Fact]
    public void Tile_WithTheSameRecord_DoesNotRenderAgain()
    {
        var plug = Plugs.Plug();
        var tile = RenderTile(plug);
        var before = tile.Instance.Renderings;

        Show(tile, plug);
        Show(tile, plug);

        Assert.Equal(before, tile.Instance.Renderings);
    }

    [Fact]
    public void Tile_WithAnotherRecord_RendersAgain()
    {
        var plug = Plugs.Plug();
        var tile = RenderTile(plug);

        Show(tile, Plugs.Plug(watts: 2140));

        Assert.Equal("2.14 kW", tile.Find(".plug-tile-watts").TextContent);
    }

    [Fact]
    public void Tile_WhosePlugFellSilent_SaysSinceWhenAndShowsNoOldPower()
    {
        var plug = Plugs.Plug();
        var tile = RenderTile(plug);

        _clock.Advance(SilenceRule.Default.Shortest + TimeSpan.FromSeconds(1));
        Show(tile, plug);

        Assert.Equal("silent", tile.Find(".presence").TextContent.Trim());
        Assert.StartsWith("last report", tile.Find("footer span:last-child").TextContent, StringComparison.Ordinal);
        Assert.Equal("–", tile.Find(".plug-tile-watts").TextContent);
    }

    [Fact]
    public void Tile_OfAPlugThatOnlyMeasures_HasNoSwitch()
    {
        var plug = Plugs.Plug(isOn: null);
        plug = plug with { Channels = [plug.Channels[0] with { HasRelay = null }] };

        Assert.Empty(RenderTile(plug).FindAll("[role=switch]"));
    }

    [Fact]
    public void Tile_OfAPlugWithSeveralChannels_ListsThem()
    {
        var plug = Plugs.Plug();
        plug = plug with { Channels = [plug.Channels[0], plug.Channels[0] with { Channel = "2", ActivePowerWatts = 5 }] };

        var rows = RenderTile(plug).FindAll(".plug-tile-channels li");

        Assert.Equal(2, rows.Count);
        Assert.Contains("5 W", rows[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Tile_OfAPlugNeverHeard_HasNoChannelsAndNoSwitch()
    {
        var tile = RenderTile(Plugs.Plug(watts: null) with { Channels = [], LastReportAt = null, Availability = Availability.Unknown });

        Assert.Equal(("–", "no report yet"), (tile.Find(".plug-tile-watts").TextContent, tile.Find(".presence").TextContent.Trim()));
        Assert.Empty(tile.FindAll("[role=switch], .plug-tile-channels"));
    }

    [Fact]
    public void Tile_WhoseEnergyGrowsByLessThanItShows_DoesNotRenderAgain()
    {
        var plug = Plugs.Plug();
        var tile = RenderTile(plug);
        tile.Render(parameters => parameters.Add(one => one.Today, 0.421));
        var before = tile.Instance.Renderings;

        tile.Render(parameters => parameters.Add(one => one.Today, 0.422));
        Assert.Equal(before, tile.Instance.Renderings);

        tile.Render(parameters => parameters.Add(one => one.Today, 0.43));
        Assert.Equal("0.43 kWh today", tile.Find("footer .mc-figure").TextContent);
    }

    private IRenderedComponent<PlugTile> RenderTile(PlugPower plug) => Render<PlugTile>(parameters => parameters
        .Add(tile => tile.Plug, plug).Add(tile => tile.Now, _clock.GetUtcNow())
        .Add(tile => tile.Zone, _zone).Add(tile => tile.MaySwitch, true).Add(tile => tile.Switch, (_, _, _, _) => Task.CompletedTask));

    private void Show(IRenderedComponent<PlugTile> tile, PlugPower plug) => tile.Render(parameters => parameters
        .Add(one => one.Plug, plug).Add(one => one.Now, _clock.GetUtcNow()));
}
