using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>A channel that an adopted plug has told of, and whether it ever said on or off.</summary>
public readonly record struct ToldChannel(string Channel, bool SaidOnOrOff);

/// <summary>The channels that an adopted plug has told of; null when that cannot be read at the moment.</summary>
public delegate Task<IReadOnlyList<ToldChannel>?> ToldChannels(int plugId, CancellationToken cancellation);

/// <summary>Which channels of a plug can be switched: those with a relay that it announced or ever told the state of. Pure.</summary>
public static class PlugRelays
{
    /// <summary>
    /// Throws when the channel cannot be switched: 404 <c>plug.channelNotFound</c> for one that the plug does not have, 409
    /// <c>plug.noRelay</c> for one that only measures. Of a plug that never said anything of relays those it measures are let through, and
    /// its first before it said anything at all.
    /// </summary>
    /// <param name="plug">The plug.</param>
    /// <param name="channel">Which channel is to be switched.</param>
    /// <param name="told">What it has told of; null when that is not known.</param>
    public static void Require(Plug plug, string channel, IReadOnlyList<ToldChannel>? told)
    {
        if (PlugFormats.For(plug.Family) is not { } format || !format.CanSwitch(plug, channel))
        {
            throw new RefusedException(RefusalKind.NotFound, "plug.channelNotFound");
        }

        var known = plug.Channels.Find(one => one.Channel == channel);
        if (known?.HasRelay == true || told?.Any(one => one.Channel == channel && one.SaidOnOrOff) == true)
        {
            return;
        }

        string[] names = [.. plug.Channels.Select(one => one.Channel).Concat((told ?? []).Select(one => one.Channel)).Where(name => name.Length > 0)];
        var isThere = names.Length == 0 ? channel == format.FirstChannel : names.Contains(channel);
        var hasOthers = plug.Channels.Exists(one => one.HasRelay == true) || told?.Any(one => one.SaidOnOrOff) == true;
        if (known?.HasRelay == false || (isThere && (hasOthers || format.HasRelay(plug) == false)))
        {
            throw RefusedException.Conflict("plug.noRelay");
        }

        if (!isThere && (told is not null || hasOthers))
        {
            throw new RefusedException(RefusalKind.NotFound, "plug.channelNotFound");
        }
    }
}
