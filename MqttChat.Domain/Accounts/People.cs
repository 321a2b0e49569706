using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>One person in staff's list; without <paramref name="HasWayIn"/> only the devices that are signed in know them.</summary>
public sealed record PersonRow(
    string Id, string DisplayName, string Email, string Role, bool IsDisabled, DateTimeOffset CreatedAt, bool HasWayIn,
    bool HasSecondFactor);

/// <summary>A page of the list.</summary>
public sealed record PeoplePageRows(IReadOnlyList<PersonRow> Items, bool More);

/// <summary>Staff's view of everyone. There is always a member of staff who can sign in.</summary>
public sealed class People(UserManager<AppUser> users, HouseDbContext house, AccountWays ways, FreshProof proof, NewStamp stamps)
{
    /// <summary>People on a page.</summary>
    public const int PageSize = 50;

    /// <summary>A sign-in stopped by staff, as against a lockout that ends by itself.</summary>
    public static readonly DateTimeOffset Disabled = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A page by name; <paramref name="search"/> looks in name and address.</summary>
    public async Task<PeoplePageRows> ListAsync(Viewer viewer, string? search, int page, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        var people = house.Users.AsQueryable();
        if (!string.IsNullOrWhiteSpace(search))
        {
            var part = search.Trim();
            var upper = users.NormalizeEmail(part);
            people = people.Where(user => user.DisplayName.Contains(part) || user.NormalizedEmail!.Contains(upper!));
        }

        var hasProvider = ways.HasProvider;
        var rows = await people.OrderBy(user => user.DisplayName).ThenBy(user => user.Id)
            .Skip(Math.Clamp(page, 0, 100_000) * PageSize).Take(PageSize + 1)
            .Select(user => new PersonRow(
                user.Id, user.DisplayName, user.Email ?? "",
                house.UserRoles.Any(role => role.UserId == user.Id && role.RoleId == Roles.Staff) ? Roles.Staff : Roles.Resident,
                user.LockoutEnd != null && user.LockoutEnd >= Disabled, user.CreatedAt,
                user.PasswordHash != null || house.UserPasskeys.Any(passkey => passkey.UserId == user.Id)
                    || (hasProvider && house.UserLogins.Any(login => login.UserId == user.Id)),
                user.TwoFactorEnabled))
            .ToListAsync(cancellation);
        return new([.. rows.Take(PageSize)], rows.Count > PageSize);
    }

    /// <summary>Gives the role, staff's with a proof only; the person's sessions end, because they carry the old one.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>account.lastStaff</c>, <c>account.staffNeedWayIn</c></exception>
    public async Task ChangeRoleAsync(Viewer viewer, string userId, string? role, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        var wanted = AccountRules.Role(role, "account.roleUnknown");
        if (wanted == Roles.Staff)
        {
            await proof.EnsureAsync(viewer, cancellation);
        }

        await SetRoleAsync(userId, wanted, cancellation);
    }

    /// <summary>Gives the role in nobody's name: a provider says so.</summary>
    /// <exception cref="RefusedException"><c>account.lastStaff</c></exception>
    internal Task SetRoleAsync(string userId, string wanted, CancellationToken cancellation) =>
        ChangeAsync(userId, async user =>
        {
            if (wanted == Roles.Staff && !(await ways.OfAsync(user, cancellation)).Any)
            {
                throw RefusedException.Conflict("account.staffNeedWayIn");
            }

            // A link was made for the old role: for staff's account it takes a proof.
            await house.SignInLinks.Where(link => link.UserId == user.Id).ExecuteDeleteAsync(cancellation);
            await house.UserRoles.Where(row => row.UserId == user.Id).ExecuteDeleteAsync(cancellation);
            house.UserRoles.Add(new IdentityUserRole<string> { UserId = user.Id, RoleId = wanted });
            await house.SaveChangesAsync(cancellation);
        }, cancellation);

    /// <summary>Stops someone from signing in and ends their sessions, or lets them sign in again: staff with a proof only.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>account.lastStaff</c></exception>
    public async Task AllowSignInAsync(Viewer viewer, string userId, bool allowed, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        if (!allowed && userId == viewer.UserId)
        {
            throw RefusedException.Conflict("account.notYourself");
        }

        await ChangeAsync(userId, async user =>
        {
            if (allowed)
            {
                await proof.EnsureToOpenAsync(viewer, user, cancellation);
            }

            user.LockoutEnd = allowed ? null : Disabled;
            user.AccessFailedCount = 0;
            await house.SaveChangesAsync(cancellation);
        }, cancellation);
    }

    private async Task ChangeAsync(string userId, Func<AppUser, Task> change, CancellationToken cancellation)
    {
        var user = await users.FindByIdAsync(userId) ?? throw RefusedException.NotFound("account");
        await stamps.StoreAsync(user, goesOn: null, cancellation, async () =>
        {
            // The house's row is the lock: two members of staff who demote each other at once come one after the other.
            await house.Houses.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, row => row.Name), cancellation);
            await house.Entry(user).ReloadAsync(cancellation);
            await change(user);
            await EnsureStaffAsync(cancellation);
        });
    }

    private async Task EnsureStaffAsync(CancellationToken cancellation)
    {
        var someoneLeft = await house.UserRoles.Where(role => role.RoleId == Roles.Staff)
            .Join(house.Users, role => role.UserId, staff => staff.Id, (_, staff) => staff)
            .AnyAsync(staff => staff.LockoutEnd == null || staff.LockoutEnd < Disabled, cancellation);
        if (!someoneLeft)
        {
            throw RefusedException.Conflict("account.lastStaff");
        }
    }

    private static void OnlyStaff(Viewer viewer)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("account.staffOnly");
        }
    }
}
