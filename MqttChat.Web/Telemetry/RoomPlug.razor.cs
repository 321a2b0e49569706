using Microsoft.AspNetCore.Components;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Web.Telemetry;

/// <summary>One plug in a room's list; it renders only when its record, its presence or what holds of its power is another one.</summary>
public sealed partial class RoomPlug
{
    private (PlugPower Plug, ShownPower Shown, bool MaySwitch)? _rendered;

    [Parameter, EditorRequired]
    public required PlugPower Plug { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Parameter, EditorRequired]
    public required ViewerZone Zone { get; set; }

    [Parameter]
    public bool MaySwitch { get; set; }

    [Parameter, EditorRequired]
    public required SwitchChannel Switch { get; set; }

    private PlugPresence Presence => PlugPresence.Of(Plug, Now);

    /// <inheritdoc />
    protected override bool ShouldRender()
    {
        var next = (Plug, Shown: ShownPower.Of(Plug, Now), MaySwitch);
        if (_rendered is { } last && ReferenceEquals(last.Plug, next.Plug) && last.Shown == next.Shown && last.MaySwitch == next.MaySwitch)
        {
            return false;
        }

        _rendered = next;
        return true;
    }
}
