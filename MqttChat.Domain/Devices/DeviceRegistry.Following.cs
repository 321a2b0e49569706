using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <content>An adopted plug that is heard under another topic.</content>
public sealed partial class DeviceRegistry
{
    // Whoever reported so lately, after the other was first heard, has not become the other.
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Goes on with an adopted plug under the topic of a heard one that has its hardware address: it was given another topic, or was set up
    /// anew. Its name, room and history stay, and counting goes on; the heard plug is no longer listed. Staff only. 404
    /// <c>plug.notFound</c>; 409 <c>plug.alreadyAdopted</c>, <c>plug.notTheSame</c> where no adopted plug has that address or nothing live was heard
    /// under the new topic, <c>plug.bothSpeak</c> while both topics report.
    /// </summary>
    public async Task<Plug> FollowAsync(Viewer viewer, int plugId, CancellationToken cancellation)
    {
        RequireStaff(viewer);
        var adopted = await AdoptedAsync(cancellation);
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var heard = await FindAsync(house, plugId, cancellation) ?? throw RefusedException.NotFound("plug");
        if (heard.AdoptedAt is not null)
        {
            throw RefusedException.Conflict("plug.alreadyAdopted");
        }

        var known = SameAs(_discovered.WithReading(heard), adopted) ?? throw RefusedException.Conflict("plug.notTheSame");
        if (known.StillSpeaks)
        {
            throw RefusedException.Conflict("plug.bothSpeak");
        }

        var plug = await FindAsync(house, known.PlugId, cancellation);
        if (plug?.AdoptedAt is null)
        {
            throw RefusedException.Conflict("plug.notTheSame");
        }

        var (offset, relays) = _discovered.LiveFacts(heard);
        plug.Take(heard.ToHeard());
        plug.ClockOffsetMinutes = offset ?? plug.ClockOffsetMinutes;
        house.Plugs.Remove(heard);
        try
        {
            await house.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else was quicker with the heard one.
            throw RefusedException.NotFound("plug");
        }

        await KeepRelaysAsync(house, plug, relays, cancellation);
        _signals.Publish(ReloadSignal.Plugs);
        await _questions.AskAsync(plug, cancellation);
        return plug;
    }

    private KnownAs? SameAs(DiscoveredPlug heard, AdoptedPlugs adopted)
    {
        if (heard.LastReportAt is not { } heardAt || heard.Plug.Mac is not { } mac || adopted.FindMac(mac) is not { } plug || plug.Family != heard.Plug.Family)
        {
            return null;
        }

        var stillSpeaks = _discovery.SpokeBesideAnother(plug.Id) is { } spokeAt && spokeAt > heard.Plug.FirstHeardAt && _clock.GetUtcNow() - spokeAt < Lately;

        // It went back to its own topic: what is listed is what it was called meanwhile.
        return stillSpeaks && _clock.GetUtcNow() - heardAt >= Lately ? null : new(plug.Id, plug.Name ?? plug.ReportedName ?? plug.Address, stillSpeaks);
    }
}
