using Microsoft.AspNetCore.Components;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Web.Devices;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Telemetry;

/// <summary>Sends the command that switches a channel of a plug.</summary>
public delegate Task SwitchChannel(int plugId, string channel, bool on, CancellationToken cancellation);

/// <summary>One plug on the dashboard. It renders only when its record, its presence or what holds of its power is another one.</summary>
public sealed partial class PlugTile
{
    /// <summary>So many channels have switches of their own where a plug is one of many.</summary>
    internal const int MaxChannels = 4;

    private readonly Dictionary<string, Func<bool, CancellationToken, Task>> _senders = [];
    private (PlugPower Plug, ShownPower Shown, TimeZoneInfo Zone, bool MaySwitch, double? Today)? _rendered;

    [Parameter, EditorRequired]
    public required PlugPower Plug { get; set; }

    [Parameter, EditorRequired]
    public required SwitchChannel Switch { get; set; }

    /// <summary>The moment that is shown: silence is told by the clock and not by a record.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Parameter, EditorRequired]
    public required ViewerZone Zone { get; set; }

    [Parameter]
    public bool MaySwitch { get; set; }

    /// <summary>What it consumed today, in kWh; null when nothing was heard.</summary>
    [Parameter]
    public double? Today { get; set; }

    /// <summary>Names the room; where tiles stand under their room's heading it would only repeat.</summary>
    [Parameter]
    public bool ShowRoom { get; set; }

    /// <summary>How often it rendered; for tests.</summary>
    internal int Renderings { get; private set; }

    private PlugPresence Presence => PlugPresence.Of(Plug, Now);

    private ChannelPower? Only => Plug.Channels is [var only] ? only : null;

    /// <inheritdoc />
    protected override bool ShouldRender()
    {
        var next = (Plug, Shown: ShownPower.Of(Plug, Now), Zone.Zone, MaySwitch, TodayShown);
        if (_rendered is { } last && ReferenceEquals(last.Plug, next.Plug) && last.Shown == next.Shown
            && Equals(last.Zone, next.Zone) && last.MaySwitch == next.MaySwitch
            && last.Today == next.TodayShown)
        {
            return false;
        }

        _rendered = next;
        return true;
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        _rendered ??= (Plug, ShownPower.Of(Plug, Now), Zone.Zone, MaySwitch, TodayShown);
        Renderings++;
    }

    // What seldom changes is one frame each and not twenty: fifty tiles of a dashboard are kept in memory for each page.
    private string Head =>
        $"<header><a class=\"plug-tile-name\" href=\"/plugs/{Plug.Id}\"><bdi>{SafeHtml.Of(Plug.Name)}</bdi></a>{PresenceMark.Html(Presence with { Since = null }, Zone, Texts)}</header>";

    private string Foot =>
        $"<footer>{(ShowRoom && Plug.RoomName is { } room ? $"<span><bdi>{SafeHtml.Of(room)}</bdi></span>" : null)}"
        + $"<span class=\"mc-figure\" title=\"{SafeHtml.Of(Texts["TodayHint"])}\">{SafeHtml.Of(Texts["RoomToday", PlugWords.Energy(Today)])}</span>{LastHeard}</footer>";

    // Beside the name there is no room for it.
    private string? LastHeard => Presence is { IsThere: false, Since: { } since }
        ? $"<span class=\"mc-figure\">{SafeHtml.Of(Texts["LastHeard", Zone.Time(since)])}</span>" : null;

    // More than is shown of it is no reason to render.
    private double? TodayShown => Today is { } today ? Math.Round(today, 2) : null;

    private bool Switchable(ChannelPower channel) => MaySwitch && (channel.HasRelay ?? channel.IsOn is not null);

    private string ChannelName(ChannelPower channel) => channel.Name ?? Texts["Channel", channel.Channel];

    // The same delegate at every render: a switch is not given something new each time.
    private Func<bool, CancellationToken, Task> Sender(string channel)
    {
        if (!_senders.TryGetValue(channel, out var send))
        {
            _senders[channel] = send = (on, cancellation) => Switch(Plug.Id, channel, on, cancellation);
        }

        return send;
    }
}
