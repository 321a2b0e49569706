using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Demo;

/// <summary>The demo's accounts of this start.</summary>
internal sealed record DemoAccounts(string StaffPassword)
{
    public const string StaffEmail = "staff@example.org";

    public const string ResidentEmail = "resident@example.org";

    /// <summary>A new password that nobody has to type twice.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 12);
}

/// <summary>Lets the demo's people move in, each once.</summary>
internal sealed class DemoPeople(IServiceScopeFactory scopes, DemoAccounts accounts, DemoWords words, DemoNotice notice, TimeProvider clock)
{
    /// <summary>The night's member of staff; all others are residents.</summary>
    private const string NightStaff = "night";

    /// <summary>
    /// Everybody, staff first, in the order of <see cref="DemoWords.People"/>; empty when the house is not of this demo's making. Prints
    /// the accounts at the first start, as soon as both can sign in.
    /// </summary>
    public async Task<IReadOnlyList<Viewer>> MoveInAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        if (await users.FindByEmailAsync(DemoAccounts.StaffEmail) is not { } staff)
        {
            return [];
        }

        var viewer = new Viewer(staff.Id, IsStaff: true);
        List<Viewer> people = [viewer];
        foreach (var (name, mailbox) in words.People.Skip(1))
        {
            var email = $"{mailbox}@example.org";
            var person = await users.FindByEmailAsync(email);
            if (person is null)
            {
                var password = DemoAccounts.NewPassword();
                person = await JoinAsync(scope.ServiceProvider, viewer, new NewPerson(email, password, name, null), mailbox == NightStaff, cancellation);
                await TellAsync(users, staff, email, password);
            }
            else if (people.Count == 1)
            {
                await notice.OldAsync();
            }

            people.Add(new Viewer(person.Id, IsStaff: mailbox == NightStaff));
        }

        return people;
    }

    private async Task<AppUser> JoinAsync(
        IServiceProvider services, Viewer staff, NewPerson person, bool isStaff, CancellationToken cancellation)
    {
        var invitation = await services.GetRequiredService<Invitations>().MakeAsync(
            staff with { ProvenAt = clock.GetUtcNow() }, new InvitationRequest(isStaff ? Roles.Staff : Roles.Resident), cancellation);
        return await services.GetRequiredService<Registration>().JoinAsync(person with { Invitation = invitation.Code }, "demo", cancellation);
    }

    // A start that was killed before it had printed anything would leave a house that nobody can enter.
    private async Task TellAsync(UserManager<AppUser> users, AppUser staff, string email, string password)
    {
        if (email != DemoAccounts.ResidentEmail)
        {
            return;
        }

        if (!await users.CheckPasswordAsync(staff, accounts.StaffPassword))
        {
            await users.RemovePasswordAsync(staff);
            await users.AddPasswordAsync(staff, accounts.StaffPassword);
        }

        await notice.NewAsync(accounts.StaffPassword, password);
    }
}
