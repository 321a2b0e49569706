using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts.Tags;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>One person in staff's list; without <paramref name="HasWayIn"/> only the devices that are signed in know them.</summary>
public sealed record PersonRow(
    string Id, string DisplayName, string Email, string Role, bool IsDisabled, DateTimeOffset CreatedAt, bool HasWayIn,
    bool HasSecondFactor, DateTimeOffset? LastSeenAt)
{
    /// <summary>What the person tells of themselves, by label.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];
}

/// <summary>By what the list is sorted.</summary>
public enum PeopleOrder
{
    /// <summary>As <see cref="NameOrder"/> has them.</summary>
    Name,
    /// <summary>Residents first.</summary>
    Role,
    /// <summary>Longest away first.</summary>
    LastSeen,
}

/// <summary>What staff want to see of the list.</summary>
/// <param name="Search">Part of a name or address; empty: everyone.</param>
/// <param name="Order">What decides.</param>
/// <param name="Descending">The other way round.</param>
/// <param name="Page">From 0.</param>
/// <param name="Size">People on a page, at most <see cref="People.MaxPageSize"/>.</param>
public sealed record PeopleQuery(string? Search = null, PeopleOrder Order = PeopleOrder.Name, bool Descending = false, int Page = 0, int Size = People.MaxPageSize);

/// <summary>A page of the list, and how many people the whole of it has.</summary>
public sealed record PeopleList(IReadOnlyList<PersonRow> Items, int Total);

/// <summary>Staff's view of everyone. There is always a member of staff who can sign in.</summary>
public sealed class People(UserManager<AppUser> users, HouseDbContext house, AccountWays ways, FreshProof proof, NewStamp stamps)
{
    /// <summary>Most people on a page.</summary>
    public const int MaxPageSize = 50;

    // Names are sorted here, by the house's order, which no database knows.
    private const int MostPeople = 20_000;

    /// <summary>A sign-in stopped by staff, as against a lockout that ends by itself.</summary>
    public static readonly DateTimeOffset Disabled = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A page of everyone whom the search finds.</summary>
    public async Task<PeopleList> ListAsync(Viewer viewer, PeopleQuery query, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        var people = Found(query.Search);
        var size = Math.Clamp(query.Size, 1, MaxPageSize);
        var places = await PlacesAsync(people, cancellation);
        var ids = Ordered(places, query).Skip(Math.Clamp(query.Page, 0, 100_000) * size).Take(size).Select(place => place.Id).ToList();
        var rows = await Rows(house.Users.AsNoTracking().Where(user => ids.Contains(user.Id))).ToDictionaryAsync(row => row.Id, cancellation);
        var tags = await PersonTags.OfAsync(house, ids, cancellation);
        return new([.. ids.Select(rows.GetValueOrDefault).OfType<PersonRow>().Select(row => row with { Tags = [.. tags[row.Id]] })], places.Count);
    }

    private IQueryable<AppUser> Found(string? search) =>
        house.Users.AsNoTracking().Called(search, users.NormalizeEmail(search?.Trim()));

    private Task<List<Place>> PlacesAsync(IQueryable<AppUser> people, CancellationToken cancellation) =>
        people.OrderBy(user => user.Id).Take(MostPeople).Select(user => new Place(
            user.Id, user.DisplayName, house.UserRoles.Any(role => role.UserId == user.Id && role.RoleId == Roles.Staff),
            house.SignIns.Where(known => known.UserId == user.Id).Max(known => (DateTimeOffset?)known.LastSeenAt))).ToListAsync(cancellation);

    private IQueryable<PersonRow> Rows(IQueryable<AppUser> people)
    {
        var hasProvider = ways.HasProvider;
        return people
            .Select(user => new PersonRow(
                user.Id, user.DisplayName, user.Email ?? "",
                house.UserRoles.Any(role => role.UserId == user.Id && role.RoleId == Roles.Staff) ? Roles.Staff : Roles.Resident,
                user.LockoutEnd != null && user.LockoutEnd >= Disabled, user.CreatedAt,
                user.PasswordHash != null || house.UserPasskeys.Any(passkey => passkey.UserId == user.Id)
                    || (hasProvider && house.UserLogins.Any(login => login.UserId == user.Id)),
                user.TwoFactorEnabled,
                house.SignIns.Where(known => known.UserId == user.Id).Max(known => (DateTimeOffset?)known.LastSeenAt)));
    }

    private static IEnumerable<Place> Ordered(IEnumerable<Place> people, PeopleQuery query)
    {
        var ordered = query.Order switch
        {
            PeopleOrder.Role => Sort(people, place => place.IsStaff, Comparer<bool>.Default, query.Descending),
            PeopleOrder.LastSeen => Sort(people, place => place.LastSeenAt, Comparer<DateTimeOffset?>.Default, query.Descending),
            _ => Sort(people, place => place.Name, NameOrder.Names, query.Descending),
        };
        return ordered.ThenBy(place => place.Name, NameOrder.Names).ThenBy(place => place.Id, StringComparer.Ordinal);
    }

    private static IOrderedEnumerable<Place> Sort<TKey>(IEnumerable<Place> people, Func<Place, TKey> key, IComparer<TKey> order, bool descending) =>
        descending ? people.OrderByDescending(key, order) : people.OrderBy(key, order);

    private sealed record Place(string Id, string Name, bool IsStaff, DateTimeOffset? LastSeenAt);

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
