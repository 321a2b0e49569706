using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Bounds the sessions at the embedded broker. The library keeps one for ever whose client went away, whatever expiry it asked for, and
/// with it up to 100,000 waiting messages.
/// </summary>
internal sealed class EmbeddedSessions(TimeProvider clock)
{
    /// <summary>Connections of one plug's account: a plug that comes back may leave a dead one behind for a while.</summary>
    public const int MostOfOne = 4;

    /// <summary>Connections of all clients.</summary>
    public const int Most = 5_000;

    /// <summary>Sessions whose client is away.</summary>
    public const int MostAway = 100;

    /// <summary>How long such a one is kept at most.</summary>
    public static readonly TimeSpan LongestAway = TimeSpan.FromDays(7);

    /// <summary>Whether one more may come in with a plug's account, or (null) without.</summary>
    public static async Task<bool> HasRoomAsync(MqttServer server, string clientId, string? userName)
    {
        // Who comes again takes its own place.
        var others = (await server.GetClientsAsync().ConfigureAwait(false)).Where(client => client.Id != clientId).ToList();
        return others.Count < Most
            && (userName is null || others.Count(client => EmbeddedPlugs.LoginOf(client.Session.Items)?.UserName == userName) < MostOfOne);
    }

    /// <summary>Ends what has been away for too long, and of too many those that have been away for longest. The app's own stay.</summary>
    public async Task SweepAsync(MqttServer server)
    {
        var connected = (await server.GetClientsAsync().ConfigureAwait(false)).Select(client => client.Id).ToHashSet(StringComparer.Ordinal);
        var now = clock.GetUtcNow().UtcDateTime;
        var away = (await server.GetSessionsAsync().ConfigureAwait(false))
            .Where(session => !connected.Contains(session.Id) && !EmbeddedGuard.IsOwn(session.Items) && session.DisconnectedTimestamp is not null)
            .OrderByDescending(session => session.DisconnectedTimestamp).ToList();
        foreach (var session in away.Where((session, place) => place >= MostAway || now - session.DisconnectedTimestamp!.Value >= KeptFor(session)))
        {
            await session.DeleteAsync().ConfigureAwait(false);
        }
    }

    private static TimeSpan KeptFor(MqttSessionStatus session) =>
        session.ExpiryInterval < LongestAway.TotalSeconds && session.ExpiryInterval > 0 ? TimeSpan.FromSeconds(session.ExpiryInterval) : LongestAway;
}
