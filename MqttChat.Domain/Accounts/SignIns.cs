using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts;

/// <summary>One sign-in in its person's list.</summary>
public sealed record SignInRow(Guid Id, bool IsProgram, string? Browser, string? System, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt);

/// <summary>Where people are signed in. Who begins a sign-in has checked the person first.</summary>
public sealed class SignIns(HouseDbContext house, SignalHub signals, TimeProvider clock, ILogger<SignIns> logger)
{
    /// <summary>Most devices of one person, and as many programs; the one not used for longest gives way.</summary>
    public const int MaxPerPerson = 50;

    // Each look at a page would be a write otherwise.
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(10);

    /// <summary>Notes a new one; what ended by a new security stamp is forgotten.</summary>
    public async Task<Guid> BeginAsync(AppUser user, SignInDevice device, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var stamp = user.SecurityStamp ?? throw new InvalidOperationException("An account without a security stamp.");
        await house.SignIns.Where(old => old.UserId == user.Id && old.SecurityStamp != stamp).ExecuteDeleteAsync(cancellation);
        var ended = await MakeRoomAsync(user.Id, device.IsProgram, cancellation);
        var begun = new SignIn
        {
            Id = Guid.NewGuid(), UserId = user.Id, SecurityStamp = stamp, IsProgram = device.IsProgram,
            Browser = device.Browser, System = device.System, CreatedAt = now, LastSeenAt = now,
        };
        house.SignIns.Add(begun);
        await house.SaveChangesAsync(cancellation);
        if (ended)
        {
            // Their open pages are told, and no cookie of theirs is remembered as good.
            signals.Publish(ReloadSignal.People);
        }

        return begun.Id;
    }

    /// <summary>
    /// Lets a sign-in go on with the account's new security stamp, as the only one; false when it has been ended meanwhile.
    /// </summary>
    public async Task<bool> RenewAsync(AppUser user, Guid id, CancellationToken cancellation)
    {
        var (stamp, now) = (user.SecurityStamp!, clock.GetUtcNow());
        if (await house.SignIns.Where(known => known.Id == id && known.UserId == user.Id).ExecuteUpdateAsync(
            set => set.SetProperty(known => known.SecurityStamp, stamp).SetProperty(known => known.LastSeenAt, now), cancellation) == 0)
        {
            return false;
        }

        await house.SignIns.Where(old => old.UserId == user.Id && old.SecurityStamp != stamp).ExecuteDeleteAsync(cancellation);
        return true;
    }

    /// <summary>
    /// Whether a sign-in stands although a cookie of it no longer does: the person has just changed the account by it, and the browser
    /// has, or is about to have, its new cookie.
    /// </summary>
    public Task<bool> GoesOnAsync(Guid? id, string? userId, CancellationToken cancellation) =>
        house.SignIns.AnyAsync(known => known.Id == id && known.UserId == userId
            && house.Users.Any(user => user.Id == userId && user.SecurityStamp == known.SecurityStamp), cancellation);

    /// <summary>Whether a cookie or token with these three still stands; notes now and then that it was seen.</summary>
    public async Task<bool> IsOpenAsync(Guid? id, string? userId, string? stamp, CancellationToken cancellation)
    {
        var seenAt = await house.SignIns.Where(known => known.Id == id && known.UserId == userId && known.SecurityStamp == stamp
                && house.Users.Any(user => user.Id == userId && user.SecurityStamp == stamp))
            .Select(known => (DateTimeOffset?)known.LastSeenAt).FirstOrDefaultAsync(cancellation);
        if (seenAt is not null && (clock.GetUtcNow() - seenAt.Value).Duration() >= SeenEvery)
        {
            await NoteSeenAsync(id!.Value, cancellation);
        }

        return seenAt is not null;
    }

    /// <summary>Which of these still stand.</summary>
    public async Task<HashSet<Guid>> StillOpenAsync(IEnumerable<Guid> ids, CancellationToken cancellation)
    {
        var open = new HashSet<Guid>();
        foreach (var some in ids.Chunk(500))
        {
            open.UnionWith(await house.SignIns
                .Where(known => some.Contains(known.Id) && house.Users.Any(user => user.Id == known.UserId && user.SecurityStamp == known.SecurityStamp))
                .Select(known => known.Id).ToListAsync(cancellation));
        }

        return open;
    }

    /// <summary>The viewer's own, the last used first.</summary>
    public async Task<IReadOnlyList<SignInRow>> ListAsync(Viewer viewer, CancellationToken cancellation) =>
        await house.SignIns.Where(known => known.UserId == viewer.UserId
                && house.Users.Any(user => user.Id == known.UserId && user.SecurityStamp == known.SecurityStamp))
            .OrderByDescending(known => known.LastSeenAt).ThenBy(known => known.Id).Take(MaxPerPerson * 2)
            .Select(known => new SignInRow(known.Id, known.IsProgram, known.Browser, known.System, known.CreatedAt, known.LastSeenAt))
            .ToListAsync(cancellation);

    /// <summary>Signs one of the viewer's own devices out; one that is out already, or somebody else's, is left as it is.</summary>
    public async Task SignOutAsync(Viewer viewer, Guid device, CancellationToken cancellation)
    {
        await house.SignIns.Where(known => known.Id == device && known.UserId == viewer.UserId).ExecuteDeleteAsync(cancellation);
        signals.Publish(ReloadSignal.People);
    }

    // Whether any had to end for it.
    private async Task<bool> MakeRoomAsync(string userId, bool isProgram, CancellationToken cancellation)
    {
        var surplus = await house.SignIns.Where(known => known.UserId == userId && known.IsProgram == isProgram)
            .OrderByDescending(known => known.LastSeenAt).ThenBy(known => known.Id).Select(known => known.Id)
            .Skip(MaxPerPerson - 1).Take(MaxPerPerson).ToListAsync(cancellation);
        return surplus.Count > 0
            && await house.SignIns.Where(known => surplus.Contains(known.Id)).ExecuteDeleteAsync(cancellation) > 0;
    }

    private async Task NoteSeenAsync(Guid id, CancellationToken cancellation)
    {
        try
        {
            await house.SignIns.Where(known => known.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(known => known.LastSeenAt, clock.GetUtcNow()), cancellation);
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            // A busy or full database must not keep anyone from reading.
            logger.LogWarning("When a device was last seen could not be noted: {Reason}", error.Message);
        }
    }
}
