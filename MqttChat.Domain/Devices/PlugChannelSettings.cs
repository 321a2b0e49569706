using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>What staff say of one channel of an adopted plug: its name, and the most it can draw.</summary>
public sealed class PlugChannelSettings(IDbContextFactory<HouseDbContext> houses, SignalHub signals, ToldChannels? told = null)
{
    /// <summary>More than any house has.</summary>
    public const double MostWatts = 1_000_000;

    /// <summary>
    /// Changes what is given and leaves the rest; an empty name takes the name away. With the plug's next report its kept readings are
    /// counted again by a new limit. Staff only.
    /// 404 <c>plug.notFound</c>, <c>plug.channelNotFound</c>, 409 <c>plug.notAdopted</c>, 400 <c>plug.limitInvalid</c> and as for a
    /// plug's name.
    /// </summary>
    public async Task ChangeAsync(Viewer viewer, int plugId, string channel, string? name, double? limitWatts, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("plug.notStaff");
        }

        if (limitWatts is { } watts && !(watts is >= 1 and <= MostWatts))
        {
            throw RefusedException.Invalid("plug.limitInvalid", "limitWatts");
        }

        var given = string.IsNullOrWhiteSpace(name) ? null : PlugName.Checked(name);
        try
        {
            await StoreAsync(plugId, channel, name is not null, given, limitWatts, cancellation);
        }
        catch (DbUpdateException)
        {
            // Somebody else was the first to say something of the channel: now its row is found.
            await StoreAsync(plugId, channel, name is not null, given, limitWatts, cancellation);
        }

        signals.Publish(ReloadSignal.Plugs);
    }

    private async Task StoreAsync(int plugId, string channel, bool names, string? name, double? limitWatts, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var plug = await house.Plugs.Include(row => row.Channels).SingleOrDefaultAsync(row => row.Id == plugId, cancellation)
            ?? throw RefusedException.NotFound("plug");
        if (plug.AdoptedAt is null)
        {
            throw RefusedException.Conflict("plug.notAdopted");
        }

        var row = await ChannelOfAsync(plug, channel, cancellation);
        row.Name = names ? name : row.Name;
        row.LimitWatts = limitWatts ?? row.LimitWatts;
        await house.SaveChangesAsync(cancellation);
    }

    private async Task<PlugChannel> ChannelOfAsync(Plug plug, string channel, CancellationToken cancellation)
    {
        if (plug.Channels.Find(known => known.Channel == channel) is { } row)
        {
            return row;
        }

        var said = told is null ? [] : await told(plug.Id, cancellation) ?? [];
        var isFirst = plug.Channels.Count == 0 && said.Count == 0 && channel == PlugFormats.For(plug.Family)?.FirstChannel;
        if (channel.Length == 0 || !(isFirst || said.Any(one => one.Channel == channel)))
        {
            throw new RefusedException(RefusalKind.NotFound, "plug.channelNotFound");
        }

        row = new PlugChannel { Channel = channel };
        plug.Channels.Add(row);
        return row;
    }
}
