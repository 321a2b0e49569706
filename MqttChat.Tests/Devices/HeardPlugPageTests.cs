using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MqttChat.Web.Devices;
using MqttChat.Web.Shell;

namespace MqttChat.Tests.Devices;

/// <summary>The card of a heard plug that seems to be one of the house.</summary>
public sealed class HeardPlugPageTests : BunitContext
{
    private readonly List<int> _followed = [];
    private Exception? _refusal;

    public HeardPlugPageTests() => Services.AddLocalization().AddSingleton<RefusalMessages>();

    [Fact]
    public void SameAs_OffersToGoOn_BeforeAdoption()
    {
        var card = RenderCard(new(7, "Fridge", StillSpeaks: false));

        Assert.Contains("This looks like Fridge under a new topic.", card.Markup, StringComparison.Ordinal);
        Assert.Contains("AABBCCDDEEFF", card.Markup, StringComparison.Ordinal);
        card.Find(".heard-plug-same button").Click();

        Assert.Equal([3], _followed);
    }

    [Fact]
    public void SameAs_WhileBothSpeak_SaysSo_AndOffersNothing()
    {
        var card = RenderCard(new(7, "Fridge", StillSpeaks: true));

        Assert.Contains("still reports under its own topic", card.Markup, StringComparison.Ordinal);
        Assert.Empty(card.FindAll(".heard-plug-same button"));
    }

    [Fact]
    public void Follow_Refused_IsSaidInWords()
    {
        _refusal = RefusedException.Conflict("plug.bothSpeak");
        var card = RenderCard(new(7, "Fridge", StillSpeaks: false));

        card.Find(".heard-plug-same button").Click();

        Assert.Equal("Both topics are reporting. Check the two plugs, and try again when only one reports.", card.Find("[role=alert]").TextContent);
    }

    private IRenderedComponent<HeardPlug> RenderCard(KnownAs known) => Render<HeardPlug>(card => card
        .Add(one => one.Plug, new HeardView(3, "freezer", "tasmota", "freezer", null, Availability.Online, 60, 1.6, true, null, "AABBCCDDEEFF", known))
        .Add(one => one.Rooms, []).Add(one => one.Adopt, (_, _, _, _) => Task.CompletedTask).Add(one => one.Ignore, (_, _) => Task.CompletedTask)
        .Add(one => one.Follow, (id, _) =>
        {
            _followed.Add(id);
            return _refusal is null ? Task.CompletedTask : Task.FromException(_refusal);
        }));
}
