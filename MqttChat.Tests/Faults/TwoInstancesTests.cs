using System.Diagnostics;
using System.Globalization;
using MqttChat.Tests.EndToEnd;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Two instances behind a proxy with sticky sessions: one is killed, then the other frozen and woken.</summary>
[Collection(BrowserTests.Name)]
public sealed class TwoInstancesTests(Chromium chromium)
{
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(15);

    [FaultFact]
    public async Task OneKilled_ThenTheOtherFrozenAndWoken_PeopleAreBack_AndNothingIsLost()
    {
        await using var house = await InstancesHouse.StartAsync(instances: 2, partitions: 1);
        var plugs = await FaultPublishers.AdoptAsync(house.House, "two", 6);
        var room = await RoomAsync(house, "rei", "kenji");
        var killed = (await house.HoldersAsync())[0];
        var other = house.Apps.Single(app => app != killed);
        var rei = await InstancePerson.OpenAsync(house, chromium, "rei", room, killed);
        var kenji = await InstancePerson.OpenAsync(house, chromium, "kenji", room, other);
        using var stop = new CancellationTokenSource();
        var publishing = plugs.RunAsync(1_000_000, TimeSpan.FromMilliseconds(20), stop.Token);
        await rei.Page.SayAsync("Before all");
        await kenji.Page.Said("Before all").WaitForAsync();

        await rei.DraftAsync("Half a thought");
        var since = Stopwatch.GetTimestamp();
        await killed.KillAsync();
        var takenOver = house.TakenOverAsync(killed, [0]);
        var back = await rei.BackAsync("Half a thought", since);
        await TalkAsync(rei, kenji, "after the kill");
        var over = await takenOver;
        await InstancesTests.AssertStoringAsync(house);

        await killed.StartAgainAsync();
        await kenji.DraftAsync("Another thought");
        await house.FreezeAsync(other);
        since = Stopwatch.GetTimestamp();
        var storedBefore = await StoredAsync(house);
        takenOver = house.TakenOverAsync(other, [0]);
        var backAgain = await kenji.BackAsync("Another thought", since);
        await TalkAsync(kenji, rei, "after the frost");
        var overAgain = await takenOver;
        await InstancesTests.AssertStoringAsync(house);
        await other.ThawAsync();
        await InstancesHouse.GivenUpAsync(other);

        await InstancesHouse.EndAsync(publishing, stop);
        var counts = await plugs.FinishAsync(within: TimeSpan.FromSeconds(30));
        var byTheWoken = await StoredAsync(house) - storedBefore - await StoredByAsync(killed);
        FaultReport.Write("Two instances behind a sticky proxy, one killed, the other frozen and woken", string.Create(
            CultureInfo.InvariantCulture,
            $"people back after {back.TotalSeconds:0.0} s and {backAgain.TotalSeconds:0.0} s, ingest taken over after {over.TotalSeconds:0.0} s and {overAgain.TotalSeconds:0.0} s, the woken one wrote {byTheWoken}; {string.Join("; ", counts)}"));
        Assert.All(counts, count => Assert.True(count.IsWhole, count.ToString()));
        Assert.Equal(0, byTheWoken);
        Assert.InRange(back, TimeSpan.Zero, BackWithin);
        Assert.InRange(backAgain, TimeSpan.Zero, BackWithin);
    }

    private static async Task TalkAsync(InstancePerson one, InstancePerson other, string text)
    {
        await one.Page.SayAsync($"{one.Name} {text}");
        await other.Page.Said($"{one.Name} {text}").Expect().ToHaveCountAsync(1, new() { Timeout = 45_000 });
        await other.Page.SayAsync($"{other.Name} {text}");
        await one.Page.Said($"{other.Name} {text}").Expect().ToHaveCountAsync(1, new() { Timeout = 45_000 });
    }

    private static async Task<int> RoomAsync(InstancesHouse house, params string[] names)
    {
        var staff = house.House.Staff;
        var room = await staff.MakeRoomAsync("Both");
        foreach (var name in names)
        {
            var code = HouseApi.Checked(await staff.PostAsync("invitations")).GetProperty("code").GetString();
            HouseApi.Checked(await staff.PostAsync(
                "register", new { email = $"{name}@house.test", password = HousePages.Password, displayName = name, invitation = code }));
            using var api = await HouseApi.LoginAsync(house.Apps[0].BaseAddress, $"{name}@house.test", HousePages.Password);
            HouseApi.Checked(await api.PostAsync($"rooms/{room}/join"));
        }

        return room;
    }

    // The plugs of this test only say what becomes one reading each.
    private static async Task<long> StoredAsync(InstancesHouse house)
    {
        await using var store = house.House.OpenTelemetry();
        return await house.House.CountReadingsAsync(store);
    }

    private static async Task<long> StoredByAsync(AppProcess app)
    {
        using var staff = await HouseApi.StaffAsync(app.BaseAddress);
        return (await staff.GetAsync("status")).GetProperty("ingest").GetProperty("stored").GetInt64();
    }
}
