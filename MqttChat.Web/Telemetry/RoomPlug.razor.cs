using Microsoft.AspNetCore.Components;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

/// <summary>One plug in a room's list; it renders only when its record or its presence is another one.</summary>
public sealed partial class RoomPlug
{
    private (PlugPower Plug, PlugPresence Presence, bool MaySwitch)? _rendered;

    [Parameter, EditorRequired]
    public required PlugPower Plug { get; set; }

    [Parameter, EditorRequired]
    public PlugPresence Presence { get; set; }

    [Parameter, EditorRequired]
    public required ViewerZone Zone { get; set; }

    [Parameter]
    public bool MaySwitch { get; set; }

    [Parameter, EditorRequired]
    public required SwitchChannel Switch { get; set; }

    /// <inheritdoc />
    protected override bool ShouldRender()
    {
        var next = (Plug, Presence, MaySwitch);
        if (_rendered is { } last && ReferenceEquals(last.Plug, next.Plug) && last.Presence == next.Presence && last.MaySwitch == next.MaySwitch)
        {
            return false;
        }

        _rendered = next;
        return true;
    }
}
