using System.Text;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Signals;

namespace MqttChat.Tests.Devices;

public class DeviceRegistryTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Adopt_HeardPlug_StandsInItsRoomWithItsClock()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.HearPlugAsync();
        await house.HearAsync("stat/fridge/POWER", "ON");
        var signalled = false;
        using var subscription = house.Stores.Signals.Subscribe(ReloadSignal.Plugs, () => signalled = true);
        var plug = await house.Registry.AdoptAsync(house.Staff, id, "  Fridge ", house.RoomId, None);
        Assert.Equal(("Fridge", house.RoomId, 60), (plug.Name, plug.RoomId, plug.ClockOffsetMinutes));
        Assert.True(Assert.Single(plug.Channels).HasRelay);
        Assert.True(signalled);
        var adopted = await house.Registry.AdoptedAsync(None);
        Assert.Equal(id, adopted.Find("tele/fridge/SENSOR")?.Id);
        Assert.Null(adopted.Find("cmnd/fridge/POWER"));
        Assert.Equal(["tele/fridge/+", "stat/fridge/+"], adopted.TopicFilters(0, 1));
        Assert.Empty(await house.DiscoveredAsync());
    }

    [Fact]
    public async Task Adopt_AsksThePlugForItsState()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.AdoptPlugAsync();
        Assert.Equal(["cmnd/fridge/STATUS 10", "cmnd/fridge/STATUS 11"], house.Commands.Sent.Select(sent => $"{sent.Topic} {Encoding.UTF8.GetString(sent.Payload)}"));
    }

    [Fact]
    public async Task Adopt_BrokerAway_IsDoneAllTheSame()
    {
        await using var house = await DeviceHouse.CreateAsync();
        house.Commands.OnSend = _ => throw new RefusedException(RefusalKind.Unavailable, "broker.away");
        await house.AdoptPlugAsync();
        Assert.NotNull(Assert.Single(await house.RowsAsync()).AdoptedAt);
    }

    [Fact]
    public async Task Adopt_Again_IsTheSameOrAConflict()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();
        var adoptedAt = Assert.Single(await house.RowsAsync()).AdoptedAt;
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(adoptedAt, (await house.Registry.AdoptAsync(house.Staff, id, "Fridge", house.RoomId, None)).AdoptedAt);
        await RefusesAsync(RefusalKind.Conflict, "plug.alreadyAdopted", () => house.Registry.AdoptAsync(house.Staff, id, "Other", house.RoomId, None));
    }

    [Theory]
    [InlineData("", "plug.nameEmpty")]
    [InlineData(" \t ", "plug.nameEmpty")]
    [InlineData("a\nb", "plug.nameInvalid")]
    [InlineData(null, "plug.nameTooLong")]
    public async Task AdoptAndUpdate_BadName_IsRefused(string? name, string code)
    {
        await using var house = await DeviceHouse.CreateAsync();
        name ??= new string('x', 101);
        var id = await house.HearPlugAsync();
        await RefusesAsync(RefusalKind.Invalid, code, () => house.Registry.AdoptAsync(house.Staff, id, name, null, None));
        await house.Registry.AdoptAsync(house.Staff, id, new string('x', 100), null, None);
        await RefusesAsync(RefusalKind.Invalid, code, () => house.Registry.UpdateAsync(house.Staff, id, name, null, None));
    }

    [Fact]
    public async Task AdoptAndUpdate_NoSuchPlugOrRoom_IsNotFound()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.HearPlugAsync();
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.AdoptAsync(house.Staff, 999, "a", null, None));
        await RefusesAsync(RefusalKind.NotFound, "room.notFound", () => house.Registry.AdoptAsync(house.Staff, id, "a", 999, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.UpdateAsync(house.Staff, 999, "a", null, None));
        await RefusesAsync(RefusalKind.Conflict, "plug.notAdopted", () => house.Registry.UpdateAsync(house.Staff, id, "a", null, None));
        await house.Registry.AdoptAsync(house.Staff, id, "a", null, None);
        await RefusesAsync(RefusalKind.NotFound, "room.notFound", () => house.Registry.UpdateAsync(house.Staff, id, "a", 999, None));
    }

    [Fact]
    public async Task Update_NameAndRoom_AreSeenByTheOtherInstances()
    {
        await using var house = await DeviceHouse.CreateAsync();
        using var other = house.AnotherInstance();
        var id = await house.AdoptPlugAsync(inRoom: false);
        Assert.Equal("Fridge", Assert.Single((await other.AdoptedAsync(None)).Plugs).Name);
        await house.Registry.UpdateAsync(house.Staff, id, "Cellar", house.RoomId, None);
        var plug = Assert.Single((await other.AdoptedAsync(None)).Plugs);
        Assert.Equal(("Cellar", house.RoomId), (plug.Name, plug.RoomId));
    }

    [Fact]
    public async Task Adopted_SignalLost_IsReadAgainInTime()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();
        using var unreached = house.UnreachedInstance();
        await unreached.AdoptedAsync(None);
        await using (var db = await house.Stores.Houses.CreateDbContextAsync())
        {
            (await db.Plugs.FindAsync(id))!.Name = "Elsewhere";
            await db.SaveChangesAsync();
        }

        Assert.Equal("Fridge", Assert.Single((await unreached.AdoptedAsync(None)).Plugs).Name);
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("Elsewhere", Assert.Single((await unreached.AdoptedAsync(None)).Plugs).Name);
    }

    [Fact]
    public async Task Ignore_HeardPlug_HidesItUntilRestored()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.HearPlugAsync();
        await house.Registry.IgnoreAsync(house.Staff, id, None);
        await house.HearAsync("stat/fridge/POWER", "ON");
        Assert.Empty(await house.DiscoveredAsync());
        Assert.Equal(id, Assert.Single(await house.Registry.IgnoredAsync(house.Staff, None)).Id);
        await house.Registry.RestoreAsync(house.Staff, id, None);
        Assert.Equal(id, Assert.Single(await house.DiscoveredAsync()).Plug.Id);
        Assert.Empty(await house.Registry.IgnoredAsync(house.Staff, None));
    }

    [Fact]
    public async Task Ignore_AdoptedOrUnknownPlug_IsRefused()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();
        await RefusesAsync(RefusalKind.Conflict, "plug.alreadyAdopted", () => house.Registry.IgnoreAsync(house.Staff, id, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.IgnoreAsync(house.Staff, 999, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.RestoreAsync(house.Staff, 999, None));
    }

    [Fact]
    public async Task Switch_AdoptedPlug_SendsAndKeepsWho()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();
        await house.Registry.SwitchAsync(house.Staff, id, "1", true, None);
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(1));
        await house.Registry.SwitchAsync(house.Staff, id, "1", false, None);
        Assert.Equal(["cmnd/fridge/POWER ON", "cmnd/fridge/POWER OFF"], house.Commands.Sent.TakeLast(2).Select(sent => $"{sent.Topic} {Encoding.UTF8.GetString(sent.Payload)}"));
        var kept = await house.Registry.SwitchedAsync(house.Staff, id, 10, None);
        Assert.Equal([false, true], kept.Select(command => command.On));
        Assert.All(kept, command => Assert.Equal(house.Staff.UserId, command.UserId));
        Assert.Single(await house.Registry.SwitchedAsync(house.Staff, id, 0, None));
    }

    [Fact]
    public async Task Switch_BrokerAway_IsRefusedAndNotKept()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();
        house.Commands.OnSend = _ => throw new RefusedException(RefusalKind.Unavailable, "broker.away");
        await RefusesAsync(RefusalKind.Unavailable, "broker.away", () => house.Registry.SwitchAsync(house.Staff, id, "1", true, None));
        Assert.Empty(await house.Registry.SwitchedAsync(house.Staff, id, 10, None));
    }

    [Fact]
    public async Task Switch_WhatCannotBeSwitched_IsRefused()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var heard = await house.HearPlugAsync("lamp");
        var id = await house.AdoptPlugAsync();
        await RefusesAsync(RefusalKind.Conflict, "plug.notAdopted", () => house.Registry.SwitchAsync(house.Staff, heard, "1", true, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.SwitchAsync(house.Staff, 999, "1", true, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.channelNotFound", () => house.Registry.SwitchAsync(house.Staff, id, "1/x", true, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.channelNotFound", () => house.Registry.SwitchAsync(house.Staff, id, "", true, None));
    }

    [Theory]
    [InlineData("Discovered")]
    [InlineData("Ignored")]
    [InlineData("Adopt")]
    [InlineData("Ignore")]
    [InlineData("Restore")]
    [InlineData("Update")]
    public async Task StaffOperation_ByAnyoneElse_IsForbidden(string operation)
    {
        await using var house = await DeviceHouse.CreateAsync(membersMaySwitch: true);
        var id = await house.AdoptPlugAsync();
        var heard = await house.HearPlugAsync("lamp");
        Task Do(Viewer viewer) => operation switch
        {
            "Discovered" => house.Registry.DiscoveredAsync(viewer, None),
            "Ignored" => house.Registry.IgnoredAsync(viewer, None),
            "Adopt" => house.Registry.AdoptAsync(viewer, heard, "Lamp", null, None),
            "Ignore" => house.Registry.IgnoreAsync(viewer, heard, None),
            "Restore" => house.Registry.RestoreAsync(viewer, heard, None),
            _ => house.Registry.UpdateAsync(viewer, id, "Mine", null, None),
        };
        await RefusesAsync(RefusalKind.Forbidden, "plug.notStaff", () => Do(house.Member));
        await RefusesAsync(RefusalKind.Forbidden, "plug.notStaff", () => Do(house.Stranger));
        Assert.Equal("Fridge", (await house.RowsAsync()).Single(row => row.Id == id).Name);
        await Do(house.Staff);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "plug.switchNotAllowed")]
    public async Task Switch_ByAMember_FollowsTheRoom(bool allowed, string? refused)
    {
        await using var house = await DeviceHouse.CreateAsync(membersMaySwitch: allowed);
        var id = await house.AdoptPlugAsync();
        if (refused is null)
        {
            await house.Registry.SwitchAsync(house.Member, id, "1", true, None);
            Assert.Equal(house.Member.UserId, Assert.Single(await house.Registry.SwitchedAsync(house.Member, id, 10, None)).UserId);
            return;
        }

        await RefusesAsync(RefusalKind.Forbidden, refused, () => house.Registry.SwitchAsync(house.Member, id, "1", true, None));
        Assert.Empty(await house.Registry.SwitchedAsync(house.Member, id, 10, None));
    }

    [Fact]
    public async Task SwitchAndSwitched_ByWhoMayNotSeeThePlug_AreNotFound()
    {
        await using var house = await DeviceHouse.CreateAsync(membersMaySwitch: true);
        var heard = await house.HearPlugAsync("lamp");
        var id = await house.AdoptPlugAsync();
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.SwitchAsync(house.Stranger, id, "1", true, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.SwitchedAsync(house.Stranger, id, 10, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.SwitchAsync(house.Member, heard, "1", true, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.SwitchedAsync(house.Member, heard, 10, None));
        await house.Registry.UpdateAsync(house.Staff, id, "Fridge", null, None);
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.SwitchAsync(house.Member, id, "1", true, None));
    }

    private static async Task RefusesAsync(RefusalKind kind, string code, Func<Task> action)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(action);
        Assert.Equal((kind, code), (refused.Kind, refused.Code));
    }
}
