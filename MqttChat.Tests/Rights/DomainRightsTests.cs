using System.Collections;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Rights;

/// <summary>Every use case that a component's event leads to, by every kind of person who can have a page open.</summary>
[Collection(RightsMatrix.Name)]
public sealed class DomainRightsTests(RightsHouse house)
{
    // Whose page is open; the others have none, or lose it within a minute (OpenPageTests).
    private static readonly Person[] Pages = [Person.Stranger, Person.Member, Person.Owner, Person.Staff, Person.Removed];

    // What the browser may call in a component, and the use case that it comes down to.
    private static readonly Dictionary<string, string> FromTheBrowser = new()
    {
        ["RoomChat.SendAsync"] = "ChatRooms.PostAsync",
        ["RoomChat.SendToAsync"] = "ChatRooms.PostAsync",
        ["RoomChat.EditAsync"] = "ChatRooms.EditAsync",
        ["RoomChat.DeleteAsync"] = "ChatRooms.DeleteAsync",
        ["RoomChat.NewestOwn"] = "ChatRooms.NewestOwnAsync",
        ["RoomChat.ShowAround"] = "ChatRooms.ReadAsync",
        ["RoomChat.SetFollows"] = "RoomFeeds.OpenAsync",
        ["RoomChat.MarkRead"] = "ChatRooms.MarkRead",
        ["RoomChat.LoadOlder"] = "ChatRooms.ReadAsync",
        ["RoomChat.LoadNewer"] = "ChatRooms.ReadAsync",
        ["RoomChat.JumpToEnd"] = "RoomFeeds.OpenAsync",
        ["RoomChat.Hello"] = "RoomFeeds.OpenAsync",
        ["RoomChat.SetVisible"] = "RoomFeeds.OpenAsync",
        ["PowerChart.CatchUpAsync"] = "PowerHistory.OfPlugAsync",
    };

    [Fact]
    public async Task EveryUseCase_OfEveryPerson_AboutEveryRoom_IsAnsweredByTheRule()
    {
        List<string> wrong = [];
        foreach (var call in DomainCalls.All)
        {
            foreach (var person in Pages)
            {
                foreach (var place in call.Audience is Audience.SignedIn or Audience.Staff ? [Place.MembersOnly] : RightsRules.Places)
                {
                    await CheckAsync(call, person, place, wrong);
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Removed_WithEverythingOpen_SeesNothingNewWithinFiveSeconds()
    {
        var spot = await house.MakeAsync(Place.MembersOnly);
        var viewer = house.Viewers[Person.Member];
        using var room = await house.Get<RoomFeeds>().OpenAsync(viewer, spot.RoomId, () => { }, default);
        using var list = await house.Get<RoomListFeed>().OpenAsync(viewer, () => { }, default);
        using var power = house.Get<PowerFeed>().Subscribe(() => { });
        Assert.NotNull(room.Current);
        Assert.Contains(list.Current!, line => line.Id == spot.RoomId);
        await house.Get<PowerFeed>().RefreshAsync(default);
        Assert.Contains(await house.Get<PowerFeed>().VisibleToAsync(viewer, default), plug => plug.Id == spot.PlugId);

        await house.Get<RoomMembers>().RemoveAsync(house.Viewers[Person.Owner], spot.RoomId, viewer.UserId, default);

        await Eventually.TrueAsync(
            async () => room.Current is null && list.Current!.All(line => line.Id != spot.RoomId)
                && (await house.Get<PowerFeed>().VisibleToAsync(viewer, default)).All(plug => plug.Id != spot.PlugId),
            TimeSpan.FromSeconds(5), "messages, list and power are gone");
    }

    [Fact]
    public void EveryUseCaseOfAViewer_StandsInTheTable()
    {
        var methods = typeof(Viewer).Assembly.GetExportedTypes().Where(type => type is { IsClass: true } && type != typeof(Viewer))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters() is [var first, ..] && first.ParameterType == typeof(Viewer))
            .Where(method => method.DeclaringType != typeof(RoomAccess)).ToList();
        var own = methods.Where(method => DomainCalls.OnlyOwn.Contains(NameOf(method))).ToList();

        Assert.Equal(DomainCalls.All.Select(call => call.Name).Concat(DomainCalls.OnlyOwn).Distinct().Order(), methods.Select(NameOf).Distinct().Order());
        Assert.DoesNotContain(own.SelectMany(method => method.GetParameters()), parameter => parameter.Name!.EndsWith("Id", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryCallFromTheBrowser_ComesDownToAUseCaseOfTheTable()
    {
        var calls = typeof(Program).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<JSInvokableAttribute>() is not null).Select(NameOf);

        Assert.Equal(FromTheBrowser.Keys.Order(), calls.Order());
        Assert.Subset(DomainCalls.All.Select(call => call.Name).ToHashSet(), FromTheBrowser.Values.ToHashSet());
    }

    private async Task CheckAsync(DomainCall call, Person person, Place place, List<string> wrong)
    {
        var expected = RightsRules.Expected(call.Audience, person, place);
        var spot = call.Changes && expected == Answer.Done
            ? await house.MakeAsync(place, call.MembersMaySwitch, withPlug: call.Name.StartsWith("DeviceRegistry", StringComparison.Ordinal)
                || call.Name.StartsWith("PlugRemoval", StringComparison.Ordinal)
                || call.Name.StartsWith("PlugChannelSettings", StringComparison.Ordinal))
            : house.Spots[place];
        await using var scope = house.Services.CreateAsyncScope();
        var (got, seen) = (Answer.Done, "");
        try
        {
            seen = TextOf(await call.Act(new(scope.ServiceProvider, house, house.Viewers[person], spot)));
        }
        catch (RefusedException refusal)
        {
            // What else may be wrong with it (a plug that is adopted already) is no question of rights.
            got = refusal.Kind switch { RefusalKind.NotFound => Answer.Absent, RefusalKind.Forbidden => Answer.Forbidden, _ => Answer.Done };
            seen = refusal.Code;
        }

        if (got != expected)
        {
            wrong.Add($"{call.Name} {person} {place}: {expected} expected, {got} {seen}");
        }

        var isOutside = !RightsRules.IsMember(person);
        if ((isOutside && seen.Contains(RightsHouse.TextMark, StringComparison.Ordinal))
            || (isOutside && person != Person.Staff
                && (seen.Contains(RightsHouse.NameMark, StringComparison.Ordinal) || seen.Contains(RightsHouse.PlugMark, StringComparison.Ordinal))))
        {
            wrong.Add($"{call.Name} {person} {place}: LEAK {seen}");
        }
    }

    private static string TextOf(object? result) =>
        result is string or not IEnumerable ? $"{result}" : string.Join('\n', ((IEnumerable)result).Cast<object?>().Select(TextOf));

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
