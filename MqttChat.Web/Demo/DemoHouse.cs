using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;

namespace MqttChat.Web.Demo;

/// <summary>Furnishes an empty demo house: a resident, a kitchen, and both plugs taken in; prints who can sign in.</summary>
internal sealed class DemoHouse(IServiceScopeFactory scopes, DeviceRegistry registry, DemoAccounts accounts, TimeProvider clock)
{
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(60);

    /// <summary>A new password that nobody has to type twice.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 12);

    /// <summary>True when the house was empty and its plugs are to be adopted.</summary>
    public async Task<DemoKitchen?> FurnishAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        if (await users.FindByEmailAsync(DemoAccounts.StaffEmail) is not { } staff)
        {
            return null;
        }

        if (await users.FindByEmailAsync(DemoAccounts.ResidentEmail) is not null)
        {
            await Console.Out.WriteLineAsync($"\n  The demo house is the one of last time. To begin anew, delete {accounts.Directory}\n");
            return null;
        }

        var viewer = new Viewer(staff.Id, IsStaff: true);
        var password = NewPassword();
        var invitation = await scope.ServiceProvider.GetRequiredService<Invitations>().MakeAsync(viewer, new InvitationRequest(), cancellation);
        var resident = await scope.ServiceProvider.GetRequiredService<Registration>().JoinAsync(
            new NewPerson(DemoAccounts.ResidentEmail, password, "Robin", invitation.Code), "demo", cancellation);
        var rooms = ActivatorUtilities.GetServiceOrCreateInstance<RoomDirectory>(scope.ServiceProvider);
        var kitchen = await rooms.CreateAsync(viewer, "Kitchen", isOpen: true, cancellation);
        await rooms.SetMembersMaySwitchAsync(viewer, kitchen.Id, true, cancellation);
        await ActivatorUtilities.GetServiceOrCreateInstance<RoomMembers>(scope.ServiceProvider)
            .AddAsync(viewer, kitchen.Id, resident.Id, cancellation);
        await PrintAsync(password);
        return new DemoKitchen(viewer, kitchen.Id);
    }

    /// <summary>Waits until discovery has heard the plugs, and takes them in.</summary>
    public async Task AdoptAsync(DemoKitchen kitchen, IReadOnlyList<SimulatedPlug> plugs, CancellationToken cancellation)
    {
        var waiting = plugs.ToDictionary(plug => plug.Topic, plug => plug.Name);
        using var deadline = new CancellationTokenSource(HeardWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), clock);
        while (waiting.Count > 0 && await timer.WaitForNextTickAsync(either.Token))
        {
            foreach (var heard in await registry.DiscoveredAsync(kitchen.Staff, either.Token))
            {
                if (waiting.Remove(heard.Plug.Address, out var name))
                {
                    await registry.AdoptAsync(kitchen.Staff, heard.Plug.Id, name, kitchen.RoomId, either.Token);
                }
            }
        }
    }

    // On the console and not in the log: logs are kept and sent elsewhere.
    private Task PrintAsync(string residentPassword) => Console.Out.WriteLineAsync($"""

          A demo house with two simulated plugs. Sign in as

            staff      {DemoAccounts.StaffEmail}      {accounts.StaffPassword}
            resident   {DemoAccounts.ResidentEmail}   {residentPassword}

          Its data is in {accounts.Directory}

        """);
}

/// <summary>Where the demo's plugs go, and on whose behalf.</summary>
internal sealed record DemoKitchen(Viewer Staff, int RoomId);

/// <summary>The demo's accounts of this start.</summary>
internal sealed record DemoAccounts(string StaffPassword, string Directory)
{
    public const string StaffEmail = "staff@example.org";

    public const string ResidentEmail = "resident@example.org";
}
