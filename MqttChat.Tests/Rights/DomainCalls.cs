using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Habits;

namespace MqttChat.Tests.Rights;

/// <summary>What a component does when something is clicked, typed or called by the browser: one call of the domain, as its viewer.</summary>
/// <param name="Name">Class and method.</param>
/// <param name="Audience">For whom it is.</param>
/// <param name="Act">The call; what it returns is looked through for what must not be seen.</param>
internal sealed record DomainCall(string Name, Audience Audience, Func<DomainVisit, Task<object?>> Act)
{
    /// <summary>Changes the room: it gets one of its own.</summary>
    public bool Changes { get; init; }

    /// <summary>Members may switch the room's plugs.</summary>
    public bool MembersMaySwitch { get; init; }
}

/// <summary>One call by one person about one place.</summary>
internal sealed record DomainVisit(IServiceProvider Services, RightsHouse House, Viewer Viewer, Spot Spot)
{
    public string MemberId => House.Viewers[Person.Member].UserId;

    public string LockedId => House.Viewers[Person.Locked].UserId;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();
}

/// <summary>The table.</summary>
internal static class DomainCalls
{
    /// <summary>These are about the viewer's own account: they take nobody else's id.</summary>
    public static readonly string[] OnlyOwn =
    [
        "Profile.ReadAsync", "Profile.ChangeAsync", "Profile.ChangeTagsAsync", "Profile.ChangePasswordAsync", "Profile.SignOutEverywhereAsync",
        "Profile.AddPasswordAsync",
        "SignIns.ListAsync", "SignIns.SignOutAsync", "Passkeys.ListAsync", "Passkeys.AddAsync", "Passkeys.RenameAsync", "Passkeys.RemoveAsync",
        "SecondFactorSettings.ReadAsync", "SecondFactorSettings.TurnOnAsync", "SecondFactorSettings.NewCodesAsync", "SecondFactorSettings.TurnOffAsync",
        "ProviderAccounts.LinkAsync", "ProviderAccounts.UnlinkAsync", "ProviderAccounts.IsLinkedAsync", "ProviderAccounts.ConfirmAsync",
        "FreshProof.ReadAsync", "FreshProof.ByPasswordAsync", "FreshProof.EnsureAsync",
    ];

    public static readonly DomainCall[] All =
    [
        Look("ChatRooms.ReadAsync", Audience.Members, async at => (await at.Get<ChatRooms>().ReadAsync(at.Viewer, at.Spot.RoomId, null, null, 50, default)).Items),
        Look("ChatRooms.ReadAsync", Audience.Members, async at => (await at.Get<ChatRooms>().ReadAsync(at.Viewer, at.Spot.RoomId, 9, null, 50, default)).Items),
        Look("ChatRooms.ReadAsync", Audience.Members, async at => (await at.Get<ChatRooms>().ReadAsync(at.Viewer, at.Spot.RoomId, null, 0, 50, default)).Items),
        Look("ChatRooms.ChangesAsync", Audience.Members, async at => (await at.Get<ChatRooms>().ChangesAsync(at.Viewer, at.Spot.RoomId, 0, 50, default)).Items),
        Look("ChatRooms.LastReadAsync", Audience.Members, async at => await at.Get<ChatRooms>().LastReadAsync(at.Viewer, at.Spot.RoomId, default)),
        Look("RoomFeeds.OpenAsync", Audience.Members, async at =>
        {
            using var look = await at.Get<RoomFeeds>().OpenAsync(at.Viewer, at.Spot.RoomId, () => { }, default);
            return look.Current?.Room.Messages.Cast<object>().ToList();
        }),
        Look("RoomListFeed.OpenAsync", Audience.SignedIn, async at =>
        {
            using var look = await at.Get<RoomListFeed>().OpenAsync(at.Viewer, () => { }, default);
            return look.Current;
        }),
        Look("RoomDirectory.ListAsync", Audience.SignedIn, async at => await at.Get<RoomDirectory>().ListAsync(at.Viewer, default)),
        Look("RoomDirectory.AllAsync", Audience.Staff, async at => await at.Get<RoomDirectory>().AllAsync(at.Viewer, default)),
        Look("RoomDirectory.FindAsync", Audience.MembersAndStaff, async at => await at.Get<RoomDirectory>().FindAsync(at.Viewer, at.Spot.RoomId, default)),
        Look("RoomMembers.ListAsync", Audience.MembersAndStaff, async at => (await at.Get<RoomMembers>().ListAsync(at.Viewer, at.Spot.RoomId, 0, 50, default)).Items),
        Look("RoomMembers.CandidatesAsync", Audience.Managers, async at => (await at.Get<RoomMembers>().CandidatesAsync(at.Viewer, at.Spot.RoomId, "", 50, default)).Items),
        Look("RoomInvitations.ListAsync", Audience.Managers, async at => (await at.Get<RoomInvitations>().ListAsync(at.Viewer, at.Spot.RoomId, 50, default)).Items),
        Look("Holdings.ListAsync", Audience.Staff, async at => (await at.Get<Holdings>().ListAsync(at.Viewer, HoldingOrder.Rooms, 0, 50, default)).Items),
        Look("PowerFeed.VisibleToAsync", Audience.SignedIn, async at => (await at.Get<PowerFeed>().VisibleToAsync(at.Viewer, default)).Cast<object>().ToList()),
        Look("PowerFeed.LastSeenBy", Audience.SignedIn, at => Task.FromResult<object?>(at.Get<PowerFeed>().LastSeenBy(at.Viewer).Cast<object>().ToList())),
        Look("PowerHistory.OfPlugAsync", Audience.MembersAndStaff, async at => (await at.Get<PowerHistory>().OfPlugAsync(at.Viewer, at.Spot.PlugId, Day, Day.AddDays(1), HistoryResolution.Auto, default)).Points),
        Look("PowerHistory.OfHouseAsync", Audience.SignedIn, async at => (await at.Get<PowerHistory>().OfHouseAsync(at.Viewer, Day, Day.AddDays(1), default)).Points),
        Look("EnergyHistory.TodayAsync", Audience.SignedIn, async at => (await at.Get<EnergyHistory>().TodayAsync(at.Viewer, default)).Plugs.Keys),
        Look("EnergyHistory.OfPlugAsync", Audience.MembersAndStaff, async at => await at.Get<EnergyHistory>().OfPlugAsync(at.Viewer, at.Spot.PlugId, 7, default)),
        Look("EnergyHistory.OfHouseAsync", Audience.SignedIn, async at => await at.Get<EnergyHistory>().OfHouseAsync(at.Viewer, 7, default)),
        Look("PlugHabits.UnusualAsync", Audience.Staff, async at => (await at.Get<PlugHabits>().UnusualAsync(at.Viewer, at.Get<PowerFeed>().Current.Plugs, default)).Plugs),
        Look("TelemetryFindings.DeadLettersAsync", Audience.Staff, async at => await at.Get<TelemetryFindings>().DeadLettersAsync(at.Viewer, null, 9, default)),
        Look("TelemetryFindings.BreaksAsync", Audience.MembersAndStaff, async at => await at.Get<TelemetryFindings>().BreaksAsync(at.Viewer, at.Spot.PlugId, 9, default)),
        Look("DeviceRegistry.DiscoveredAsync", Audience.Staff, async at => await at.Get<DeviceRegistry>().DiscoveredAsync(at.Viewer, default)),
        Look("DeviceRegistry.CountDiscoveredAsync", Audience.Staff, async at => await at.Get<DeviceRegistry>().CountDiscoveredAsync(at.Viewer, default)),
        Look("DeviceRegistry.IgnoredAsync", Audience.Staff, async at => await at.Get<DeviceRegistry>().IgnoredAsync(at.Viewer, default)),
        Look("DeviceRegistry.SwitchedAsync", Audience.MembersAndStaff, async at => await at.Get<DeviceRegistry>().SwitchedAsync(at.Viewer, at.Spot.PlugId, 9, default)),
        Look("PlugPlaces.RoomsAsync", Audience.Staff, async at => await at.Get<PlugPlaces>().RoomsAsync(at.Viewer, default)),
        Look("PlugPlaces.SwitchedAsync", Audience.MembersAndStaff, async at => await at.Get<PlugPlaces>().SwitchedAsync(at.Viewer, at.Spot.PlugId, 9, default)),
        Look("PlugCredentials.ListAsync", Audience.Staff, async at => await at.Get<PlugCredentials>().ListAsync(at.Viewer, default)),
        Look("People.ListAsync", Audience.Staff, async at => (await at.Get<People>().ListAsync(at.Viewer, new(), default)).Items),
        Look("FirstSteps.LeftAsync", Audience.SignedIn, async at => await at.Get<FirstSteps>().LeftAsync(at.Viewer, default)),
        Look("Invitations.ListAsync", Audience.Staff, async at => await at.Get<Invitations>().ListAsync(at.Viewer, default)),
        Look("ChatRooms.NewestOwnAsync", Audience.Members, async at => await at.Get<ChatRooms>().NewestOwnAsync(at.Viewer, at.Spot.RoomId, default)),
        // Says nothing to whom it does not concern: what it did is looked at by the tests of reading.
        Change("ChatRooms.MarkRead", Audience.SignedIn, at =>
        {
            at.Get<ChatRooms>().MarkRead(at.Viewer, at.Spot.RoomId, 1);
            return Task.CompletedTask;
        }),
        Change("ChatRooms.PostAsync", Audience.Members, at => at.Get<ChatRooms>().PostAsync(at.Viewer, at.Spot.RoomId, "Hello", Guid.NewGuid().ToString(), default)),
        Change("ChatRooms.EditAsync", Audience.Author, at => at.Get<ChatRooms>().EditAsync(at.Viewer, at.Spot.OwnersMessage, "Changed", null, default)),
        Change("ChatRooms.DeleteAsync", Audience.Managers, at => at.Get<ChatRooms>().DeleteAsync(at.Viewer, at.Spot.OwnersMessage, default)),
        Change("ChatRooms.DeleteAsync", Audience.MembersAndStaff, at => at.Get<ChatRooms>().DeleteAsync(at.Viewer, at.Spot.MembersMessage, default)),
        Change("RoomDirectory.CreateAsync", Audience.SignedIn, at => at.Get<RoomDirectory>().CreateAsync(at.Viewer, "Made", false, default)),
        Change("RoomDirectory.RenameAsync", Audience.Managers, at => at.Get<RoomDirectory>().RenameAsync(at.Viewer, at.Spot.RoomId, "Renamed", default)),
        Change("RoomDirectory.SetMembersMaySwitchAsync", Audience.Managers, at => at.Get<RoomDirectory>().SetMembersMaySwitchAsync(at.Viewer, at.Spot.RoomId, true, default)),
        Change("RoomDirectory.SetOpenAsync", Audience.Managers, at => at.Get<RoomDirectory>().SetOpenAsync(at.Viewer, at.Spot.RoomId, false, default)),
        Change("RoomDirectory.SetArchivedAsync", Audience.Managers, at => at.Get<RoomDirectory>().SetArchivedAsync(at.Viewer, at.Spot.RoomId, true, default)),
        Change("RoomDirectory.DeleteAsync", Audience.Managers, at => at.Get<RoomDirectory>().DeleteAsync(at.Viewer, at.Spot.RoomId, default)),
        Change("RoomMembers.JoinAsync", Audience.Visitors, at => at.Get<RoomMembers>().JoinAsync(at.Viewer, at.Spot.RoomId, default)),
        Change("RoomMembers.LeaveAsync", Audience.Visitors, at => at.Get<RoomMembers>().LeaveAsync(at.Viewer, at.Spot.RoomId, default)),
        Change("RoomMembers.AddAsync", Audience.Managers, at => at.Get<RoomMembers>().AddAsync(at.Viewer, at.Spot.RoomId, at.LockedId, default)),
        Change("RoomMembers.RemoveAsync", Audience.Managers, at => at.Get<RoomMembers>().RemoveAsync(at.Viewer, at.Spot.RoomId, at.MemberId, default)),
        Change("RoomMembers.RestoreAsync", Audience.Managers, at => at.Get<RoomMembers>().RestoreAsync(
            at.Viewer, new(new() { RoomId = at.Spot.RoomId, UserId = at.LockedId }, at.Get<TimeProvider>().GetUtcNow()), default)),
        Change("RoomInvitations.DeclineAsync", Audience.Invited, at => at.Get<RoomInvitations>().DeclineAsync(at.Viewer, at.Spot.RoomId, default)),
        Change("Holdings.ArchiveRoomsAsync", Audience.Staff, at => at.Get<Holdings>().ArchiveRoomsAsync(at.Viewer, at.LockedId, default)),
        Change("Holdings.UnarchiveRoomsAsync", Audience.Staff, at => at.Get<Holdings>().UnarchiveRoomsAsync(at.Viewer, [at.Spot.RoomId], default)),
        Change("Holdings.DeleteRoomsAsync", Audience.Staff, at => at.Get<Holdings>().DeleteRoomsAsync(at.Viewer, at.LockedId, default)),
        Change("Holdings.WithdrawRoomInvitationsAsync", Audience.Staff, at => at.Get<Holdings>().WithdrawRoomInvitationsAsync(at.Viewer, at.LockedId, default)),
        Change("Holdings.RevokeInvitationsAsync", Audience.Staff, at => at.Get<Holdings>().RevokeInvitationsAsync(at.Viewer, at.LockedId, default)),
        Change("Holdings.ClearTagsAsync", Audience.Staff, at => at.Get<Holdings>().ClearTagsAsync(at.Viewer, at.LockedId, default)),
        Change("DeviceRegistry.AdoptAsync", Audience.StaffAboutIt, at => at.Get<DeviceRegistry>().AdoptAsync(at.Viewer, at.Spot.PlugId, RightsHouse.PlugMark, null, default)),
        Change("DeviceRegistry.FollowAsync", Audience.StaffAboutIt, at => at.Get<DeviceRegistry>().FollowAsync(at.Viewer, at.Spot.PlugId, default)),
        Change("DeviceRegistry.UpdateAsync", Audience.StaffAboutIt, at => at.Get<DeviceRegistry>().UpdateAsync(at.Viewer, at.Spot.PlugId, RightsHouse.PlugMark, null, default)),
        Change("DeviceRegistry.IgnoreAsync", Audience.StaffAboutIt, at => at.Get<DeviceRegistry>().IgnoreAsync(at.Viewer, at.Spot.PlugId, default)),
        Change("DeviceRegistry.RestoreAsync", Audience.StaffAboutIt, at => at.Get<DeviceRegistry>().RestoreAsync(at.Viewer, at.Spot.PlugId, default)),
        Change("DeviceRegistry.SwitchAsync", Audience.StaffSeenByMembers, at => at.Get<DeviceRegistry>().SwitchAsync(at.Viewer, at.Spot.PlugId, "1", true, default)),
        Change("DeviceRegistry.SwitchAsync", Audience.MembersAndStaff, at => at.Get<DeviceRegistry>().SwitchAsync(at.Viewer, at.Spot.PlugId, "1", true, default)) with { MembersMaySwitch = true },
        Change("PlugChannelSettings.ChangeAsync", Audience.StaffAboutIt, at => at.Get<PlugChannelSettings>().ChangeAsync(at.Viewer, at.Spot.PlugId, "1", "Left", 2000, default)),
        Change("PlugRemoval.RemoveAsync", Audience.StaffAboutIt, at => at.Get<PlugRemoval>().RemoveAsync(at.Viewer, at.Spot.PlugId, default)),
        Change("PlugCredentials.MakeAsync", Audience.Staff, at => at.Get<PlugCredentials>().MakeAsync(at.Viewer, NewPlug(), default)),
        Change("PlugCredentials.RevokeAsync", Audience.Staff, async at =>
        {
            var made = await at.Get<PlugCredentials>().MakeAsync(at.House.Viewers[Person.Staff], NewPlug(), default);
            await at.Get<PlugCredentials>().RevokeAsync(at.Viewer, made.Credential.Id, default);
        }),
        Change("BrokerOpening.OpenAsync", Audience.Staff, at => DecidedBySettingsAsync(() => at.Get<BrokerOpening>().OpenAsync(at.Viewer, default))),
        Change("BrokerOpening.CloseAsync", Audience.Staff, at => DecidedBySettingsAsync(() => at.Get<BrokerOpening>().CloseAsync(at.Viewer, default))),
        Change("HouseSettings.ChangeAsync", Audience.Staff, at => at.Get<HouseSettings>().ChangeAsync(at.Viewer, new(), default)),
        Change("FirstSteps.DismissAsync", Audience.Staff, at => at.Get<FirstSteps>().DismissAsync(at.Viewer, default)),
        Change("PasswordReset.ByStaffAsync", Audience.Staff, at => at.Get<PasswordReset>().ByStaffAsync(at.Viewer, at.LockedId, default)),
        Change("People.ChangeRoleAsync", Audience.Staff, at => at.Get<People>().ChangeRoleAsync(at.Viewer, at.LockedId, Roles.Resident, default)),
        Change("People.AllowSignInAsync", Audience.Staff, at => at.Get<People>().AllowSignInAsync(at.Viewer, at.LockedId, false, default)),
        Change("SecondFactorSettings.TakeAwayAsync", Audience.Staff, at => at.Get<SecondFactorSettings>().TakeAwayAsync(at.Viewer, at.LockedId, default)),
        Change("SecondFactorRule.ChangeAsync", Audience.Staff, at => at.Get<SecondFactorRule>().ChangeAsync(Proven(at), false, default)),
        // Those of the tests have an address: for staff it ends in a refusal that is no question of rights.
        Change("SignInLinks.MakeAsync", Audience.Staff, at => at.Get<SignInLinks>().MakeAsync(at.Viewer, at.LockedId, default)),
        Change("Invitations.MakeAsync", Audience.Staff, at => at.Get<Invitations>().MakeAsync(at.Viewer, new(), default)),
        Change("Invitations.RestoreAsync", Audience.Staff, async at =>
        {
            var made = await at.Get<Invitations>().MakeAsync(at.House.Viewers[Person.Staff], new(), default);
            await at.Get<Invitations>().RestoreAsync(at.Viewer, made.Id, default);
        }),
        Change("Invitations.RevokeAsync", Audience.Staff, async at =>
        {
            var made = await at.Get<Invitations>().MakeAsync(at.House.Viewers[Person.Staff], new(), default);
            await at.Get<Invitations>().RevokeAsync(at.Viewer, made.Id, default);
        }),
    ];

    private static DateTimeOffset Day { get; } = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static Viewer Proven(DomainVisit at) => at.Viewer with { ProvenAt = at.Get<TimeProvider>().GetUtcNow() };

    private static PlugToConnect NewPlug() => new(PlugTopics.Tasmota, $"plug{Guid.NewGuid():N}"[..20]);

    // The test's broker has its place from the settings: whoever may open it is told that.
    private static async Task DecidedBySettingsAsync(Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(act);
        if (refusal.Code != "connect.portFixed")
        {
            throw refusal;
        }
    }

    private static DomainCall Look(string name, Audience audience, Func<DomainVisit, Task<object?>> act) => new(name, audience, act);

    private static DomainCall Change(string name, Audience audience, Func<DomainVisit, Task> act) => new(name, audience, async at =>
    {
        await act(at);
        return null;
    }) { Changes = true };
}
