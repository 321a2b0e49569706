using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>What staff ask for.</summary>
/// <param name="Family">One of <see cref="PlugTopics.Families"/>.</param>
/// <param name="Name">What staff call the plug, in any script; its user name and topic are made from it. For Zigbee2MQTT the bridge's base topic, as it stands.</param>
/// <param name="Mac">A Tasmota's hardware address; may be left out.</param>
public sealed record PlugToConnect(string? Family, string? Name, string? Mac = null);

/// <summary>A new account; its password is told here and never again.</summary>
public sealed record MadeCredential(PlugCredential Credential, string Password);

/// <summary>An account that was made, and by whom.</summary>
public sealed record GivenCredential(PlugCredential Credential, string CreatedBy);

/// <summary>The accounts that plugs have at the broker. Staff only.</summary>
public sealed class PlugCredentials(
    IDbContextFactory<HouseDbContext> houses, IBrokerAccess broker, PlugHearing hearing, SignalHub signals, TimeProvider clock)
{
    /// <summary>Most accounts in a house.</summary>
    public const int Most = 500;

    private const int MostTries = 20;

    // After this long nobody is at it any more, and the name is free for another try.
    private static readonly TimeSpan GivenUp = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Makes an account that may write the plug's own topics and read its own commands. 400 <c>connect.familyUnknown</c>,
    /// <c>connect.nameEmpty</c>, <c>connect.nameInvalid</c>, <c>connect.nameReserved</c>, <c>connect.macInvalid</c>; 409
    /// <c>connect.nameTaken</c>, <c>connect.tooMany</c>; 503 <c>connect.brokerAway</c>, and then nothing was made.
    /// </summary>
    public async Task<MadeCredential> MakeAsync(Viewer viewer, PlugToConnect wanted, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        var family = PlugCredentialRules.Family(wanted.Family);
        // A bridge's base topic stands in its own settings: it is taken as it is.
        var label = family == PlugTopics.Zigbee2Mqtt ? null : PlugCredentialRules.Label(wanted.Name);
        var name = label is null ? PlugCredentialRules.Name(wanted.Name) : null;
        var mac = PlugCredentialRules.Mac(family, wanted.Mac);
        if (name is not null && broker.IsReserved(name))
        {
            throw RefusedException.Invalid("connect.nameReserved", "name");
        }

        var credential = new PlugCredential
        {
            UserName = name ?? "", Label = label, Family = family, Mac = mac, CreatedAt = clock.GetUtcNow(), CreatedById = viewer.UserId,
            Accounts = await broker.FindAccountsAsync(cancellation),
        };
        await (label is null ? TakeNameAsync(credential, cancellation) : TakeAnyNameAsync(credential, label, cancellation));
        try
        {
            return await GrantAsync(credential, cancellation);
        }
        catch
        {
            // Nobody was told the password; the name is free again.
            await DeleteAsync(credential.Id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>All accounts, the newest first.</summary>
    public async Task<IReadOnlyList<GivenCredential>> ListAsync(Viewer viewer, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        await using var house = await houses.CreateDbContextAsync(cancellation);
        return await house.PlugCredentials.AsNoTracking().OrderByDescending(credential => credential.CreatedAt)
            .ThenByDescending(credential => credential.Id).Take(Most)
            .Select(credential => new GivenCredential(
                credential, house.Users.Where(user => user.Id == credential.CreatedById).Select(user => user.DisplayName).FirstOrDefault() ?? ""))
            .ToListAsync(cancellation);
    }

    /// <summary>
    /// Takes an account away: the plug is cut off at once and let in no more. 404 <c>connect.notFound</c>; 503
    /// <c>connect.brokerAway</c>, and then the account stands in the list as one that has to be taken away again.
    /// </summary>
    public async Task RevokeAsync(Viewer viewer, int id, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var credential = await house.PlugCredentials.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation)
            ?? throw RefusedException.NotFound("connect");
        await RevokeAsync(credential, cancellation);
    }

    /// <summary>
    /// Takes away the account of a plug, if it has one of its own. A bridge's serves other plugs and stays; one in the broker's files
    /// stays in the list, for somebody has to take it out there.
    /// </summary>
    internal async Task RevokeOfAsync(Plug plug, CancellationToken cancellation)
    {
        foreach (var credential in await OfAsync(plug, cancellation))
        {
            await RevokeAsync(credential, cancellation);
        }
    }

    private async Task<List<PlugCredential>> OfAsync(Plug plug, CancellationToken cancellation)
    {
        var speech = Formats.PlugFormats.For(plug.Family)?.TopicFilters(plug) ?? [];
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var given = await house.PlugCredentials.AsNoTracking()
            .Where(row => row.Family != PlugTopics.Zigbee2Mqtt && row.Accounts != BrokerAccounts.Files).Take(Most).ToListAsync(cancellation);
        return given.FindAll(credential => speech.Any(credential.Topics.Speaks));
    }

    private async Task RevokeAsync(PlugCredential credential, CancellationToken cancellation)
    {
        // First it counts no more, then the broker is told: a login between the two is refused or cut.
        await SetReadyAsync(credential.Id, null, null, cancellation);
        await broker.WithdrawAsync(credential, cancellation);
        await DeleteAsync(credential.Id, CancellationToken.None);
    }

    private async Task<MadeCredential> GrantAsync(PlugCredential credential, CancellationToken cancellation)
    {
        var password = BrokerPassword.New();
        await broker.GrantAsync(credential, password, cancellation);
        credential.ReadyAt = clock.GetUtcNow();
        credential.PasswordHash = credential.Accounts == BrokerAccounts.Embedded ? BrokerPassword.HashOf(password) : null;
        if (await SetReadyAsync(credential.Id, credential.ReadyAt, credential.PasswordHash, cancellation) == 0)
        {
            // Taken away while it was made: whoever did that is right.
            await broker.WithdrawAsync(credential, CancellationToken.None);
            throw RefusedException.NotFound("connect");
        }

        Tell();
        return new(credential, password);
    }

    // Nobody chose the name: one that is taken is no reason to ask again.
    private async Task TakeAnyNameAsync(PlugCredential credential, string label, CancellationToken cancellation)
    {
        var tries = 0;
        foreach (var name in PlugUserNames.Of(label).Where(name => !broker.IsReserved(name)))
        {
            credential.UserName = name;
            try
            {
                await TakeNameAsync(credential, cancellation);
                return;
            }
            catch (RefusedException refusal) when (refusal.Code == "connect.nameTaken" && ++tries < MostTries)
            {
                // The next one.
            }
        }
    }

    // The unique name decides between two who ask at the same time.
    private async Task TakeNameAsync(PlugCredential credential, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var longAgo = clock.GetUtcNow() - GivenUp;
        await house.PlugCredentials.Where(row => row.UserName == credential.UserName && row.ReadyAt == null && row.CreatedAt < longAgo)
            .ExecuteDeleteAsync(cancellation);
        if (await house.PlugCredentials.CountAsync(cancellation) >= Most)
        {
            throw RefusedException.Conflict("connect.tooMany");
        }

        house.PlugCredentials.Add(credential);
        try
        {
            await house.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            house.ChangeTracker.Clear();
            if (await house.PlugCredentials.AnyAsync(row => row.UserName == credential.UserName, cancellation))
            {
                throw RefusedException.Conflict("connect.nameTaken");
            }

            throw;
        }
    }

    private async Task<int> SetReadyAsync(int id, DateTimeOffset? readyAt, string? hash, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        return await house.PlugCredentials.Where(row => row.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ReadyAt, readyAt).SetProperty(row => row.PasswordHash, hash), cancellation);
    }

    private async Task DeleteAsync(int id, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        await house.PlugCredentials.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation);
        Tell();
    }

    private void Tell()
    {
        hearing.Changed();
        signals.Publish(ReloadSignal.Plugs);
    }

    private static void OnlyStaff(Viewer viewer)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("connect.notStaff");
        }
    }
}
