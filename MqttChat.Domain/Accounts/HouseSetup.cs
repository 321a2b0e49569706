using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts;

/// <summary>What set-up asks for.</summary>
/// <param name="House">The house's name, zone, language, currency and price; what the operator's settings give is left out.</param>
/// <param name="EveryoneRoom">The name of the room that everyone is in, in the language of who sets up.</param>
/// <param name="Email">The first member of staff's address.</param>
/// <param name="Password">And password.</param>
/// <param name="DisplayName">And name.</param>
public sealed record HouseToSetUp(HouseWishes House, string EveryoneRoom, string? Email, string? Password, string? DisplayName);

/// <summary>Takes a house into use: its name, its first member of staff, the room that everyone is in. Works once.</summary>
public sealed class HouseSetup(
    HouseDbContext house, NewAccounts accounts, HouseSettings settings, SetupCode code, AttemptLimiter limiter, SignalHub signals, TimeProvider clock)
{
    // Not a setting: whoever reads the console needs one try.
    private const int TriesPerMinute = 10;

    /// <summary>Whether it has been done.</summary>
    public Task<bool> IsDoneAsync(CancellationToken cancellation) => house.Houses.AnyAsync(cancellation);

    /// <summary>Sets up for a visitor who has to know the one-time code.</summary>
    /// <exception cref="RefusedException"><c>setup.codeWrong</c>, <c>setup.alreadyDone</c>, or a field's own code.</exception>
    public async Task<AppUser> ByCodeAsync(HouseToSetUp wanted, string? givenCode, string address, CancellationToken cancellation)
    {
        limiter.Take("setup", address, TriesPerMinute);
        if (!code.Matches(givenCode))
        {
            throw RefusedException.Invalid("setup.codeWrong", "code");
        }

        return await RunAsync(wanted, cancellation);
    }

    /// <summary>Sets up; of two at once, the house's key lets one win.</summary>
    /// <exception cref="RefusedException"><c>setup.alreadyDone</c>, or a field's own code.</exception>
    public async Task<AppUser> RunAsync(HouseToSetUp wanted, CancellationToken cancellation)
    {
        var ground = Ground(wanted.House);
        var staff = accounts.Prepare(wanted.Email, wanted.Password, wanted.DisplayName);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        if (await IsDoneAsync(cancellation))
        {
            throw AlreadyDone();
        }

        await AddGroundAsync(ground, wanted.EveryoneRoom, cancellation);
        await accounts.AddAsync(staff, Roles.Staff, cancellation);
        await transaction.CommitAsync(cancellation);
        await settings.ReadAsync(cancellation);
        signals.Publish(ReloadSignal.House);
        await accounts.AnnounceAsync(cancellation);
        return staff;
    }

    private House Ground(HouseWishes wishes)
    {
        var row = new House { Name = AccountRules.HouseName(wishes.Name ?? settings.Current.Name), CreatedAt = clock.GetUtcNow() };
        settings.Apply(wishes with { Name = null }, row);
        return row;
    }

    private async Task AddGroundAsync(House ground, string everyoneRoom, CancellationToken cancellation)
    {
        house.Houses.Add(ground);
        house.Roles.AddRange(Role(Roles.Staff), Role(Roles.Resident));
        house.Rooms.Add(new Room { Name = everyoneRoom, IsOpen = true, IsEveryone = true, CreatedAt = ground.CreatedAt });
        try
        {
            await house.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            house.ChangeTracker.Clear();
            if (await IsDoneAsync(cancellation))
            {
                throw AlreadyDone();
            }

            throw;
        }
    }

    // The role's name is its id too, so that a role is set without a look-up.
    private static IdentityRole Role(string name) =>
        new() { Id = name, Name = name, NormalizedName = name.ToUpperInvariant() };

    private static RefusedException AlreadyDone() => RefusedException.Conflict("setup.alreadyDone");
}
