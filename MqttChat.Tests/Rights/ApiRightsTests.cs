using System.Net.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MqttChat.Tests.Rights;

/// <summary>Every call of the HTTP API, by every kind of person, about every kind of room.</summary>
[Collection(RightsMatrix.Name)]
public sealed class ApiRightsTests(RightsHouse house)
{
    private const string Api = "/api/v1";

    private static readonly Call[] Calls =
    [
        new("POST", "/login", Audience.Anyone, (_, _) => new { email = Accounts.HouseApp.StaffEmail, password = Accounts.HouseApp.Password }),
        new("POST", "/refresh", Audience.Anyone, (_, house) => new { refreshToken = house.RefreshToken }),
        new("GET", "/me", Audience.SignedIn),
        new("GET", "/rooms", Audience.SignedIn),
        new("GET", "/plugs", Audience.SignedIn),
        new("GET", "/plugs", Audience.SignedIn) { Query = "?include=discovered" },
        new("GET", "/status", Audience.Staff),
        new("GET", "/rooms/{id:int}/messages", Audience.Members),
        new("GET", "/rooms/{id:int}/messages", Audience.Members) { Query = "?before=9" },
        new("GET", "/rooms/{id:int}/messages", Audience.Members) { Query = "?after=0" },
        new("GET", "/rooms/{id:int}/changes", Audience.Members) { Query = "?since=0" },
        new("GET", "/plugs/{id:int}/power", Audience.MembersAndStaff),
        // What changes something comes last, each in a room of its own.
        new("POST", "/invitations", Audience.Staff, (_, _) => new { }) { Changes = true, RoleFirst = true },
        new("POST", "/rooms", Audience.SignedIn, (_, _) => new { name = "Made", isOpen = false }) { Changes = true },
        new("POST", "/rooms/{id:int}/messages", Audience.Members, (_, _) => new { text = "Hello", clientMessageId = Guid.NewGuid() }) { Changes = true },
        new("PATCH", "/messages/{id:long}", Audience.Author, (_, _) => new { text = "Changed" }) { Changes = true },
        new("DELETE", "/messages/{id:long}", Audience.Managers) { Changes = true },
        new("DELETE", "/messages/{id:long}", Audience.MembersAndStaff) { Changes = true, MembersOwn = true },
        new("POST", "/rooms/{id:int}/join", Audience.Visitors) { Changes = true },
        new("POST", "/rooms/{id:int}/decline", Audience.Invited) { Changes = true },
        new("POST", "/rooms/{id:int}/leave", Audience.Visitors) { Changes = true },
        new("PUT", "/rooms/{id:int}/members/{userId}", Audience.Managers) { Changes = true, About = Person.Stranger },
        new("DELETE", "/rooms/{id:int}/members/{userId}", Audience.Managers) { Changes = true, About = Person.Member },
        new("POST", "/plugs/{id:int}/adopt", Audience.StaffAboutIt, (spot, _) => new { name = RightsHouse.PlugMark, roomId = spot.RoomId }) { Changes = true },
        new("POST", "/plugs/{id:int}/follow", Audience.StaffAboutIt, (_, _) => new { }) { Changes = true, IsConflict = true },
        new("PATCH", "/plugs/{id:int}/channels/{channel}", Audience.StaffAboutIt, (_, _) => new { name = "Left", limitWatts = 2000 }) { Changes = true },
        new("POST", "/plugs/{id:int}/channels/{channel}/switch", Audience.StaffSeenByMembers, (_, _) => new { on = true }) { Changes = true },
        new("POST", "/plugs/{id:int}/channels/{channel}/switch", Audience.MembersAndStaff, (_, _) => new { on = true }) { Changes = true, MembersMaySwitch = true },
    ];

    [Fact]
    public async Task EveryCall_OfEveryPerson_AboutEveryRoom_IsAnsweredByTheRule()
    {
        List<string> wrong = [];
        foreach (var call in Calls)
        {
            foreach (var person in RightsRules.People)
            {
                Dictionary<Place, (Answer Expected, string Text)> answers = [];
                foreach (var place in call.HasPlace ? RightsRules.Places : [Place.MembersOnly, Place.Absent])
                {
                    var expected = call.RoleFirst && person == Person.Locked ? Answer.Forbidden : RightsRules.Expected(call.Audience, person, place);
                    var text = await AskAsync(call, person, place, expected, wrong);
                    answers[place] = (expected, text);
                }

                var absent = answers[Place.Absent];
                wrong.AddRange(answers.Where(one => one.Value.Expected != Answer.Done && one.Value.Expected == absent.Expected && one.Value.Text != absent.Text)
                    .Select(one => $"{call} {person} {one.Key}: another answer than for none:\n{one.Value.Text}\n{absent.Text}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Lists_ShowMineAndTheOpenOnes_AndNoOthers()
    {
        foreach (var person in RightsRules.People.Where(person => !RightsRules.IsNobody(person)))
        {
            var rooms = await house.Apis[person].GetStringAsync($"{Api}/rooms");
            Assert.True(rooms.Contains(RightsHouse.NameMark, StringComparison.Ordinal) == RightsRules.IsMember(person), $"{person}: {rooms}");
        }

        Assert.Contains(RightsHouse.TextMark, await house.Apis[Person.Member].GetStringAsync($"{Api}/rooms/{house.Spots[Place.MembersOnly].RoomId}/messages"), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRouteOfTheApi_StandsInTheTable()
    {
        var routes = house.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(route => (Path: "/" + route.RoutePattern.RawText!.Trim('/'), Methods: route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(route => route.Path.StartsWith(Api, StringComparison.Ordinal))
            .SelectMany(route => route.Methods.Select(method => $"{method} {route.Path[Api.Length..].TrimEnd('/')}")).Distinct().Order();

        // Registering makes an account: who may is told by the tests of invitations.
        Assert.Equal(Calls.Select(call => $"{call.Method} {call.Route}").Append("POST /register").Distinct().Order(), routes);
    }

    private async Task<string> AskAsync(Call call, Person person, Place place, Answer expected, List<string> wrong)
    {
        // Who is turned away changes nothing; whoever does must not change it for the others.
        var spot = call.Changes && expected == Answer.Done ? await house.MakeAsync(place, call.MembersMaySwitch, withPlug: call.Route.StartsWith("/plugs", StringComparison.Ordinal)) : house.Spots[place];
        var path = call.PathOf(spot, house);
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), Api + path);
        request.Content = call.Body is null ? null : JsonContent.Create(call.Body(spot, house));
        using var answer = await house.Apis[person].SendAsync(request);
        var text = $"{(int)answer.StatusCode} {answer.Headers}{answer.Content.Headers}{await answer.Content.ReadAsStringAsync()}";
        var got = (int)answer.StatusCode switch
        {
            >= 200 and < 300 => Answer.Done,
            401 => Answer.SignIn,
            403 => Answer.Forbidden,
            404 => Answer.Absent,
            409 when call.IsConflict => Answer.Done,
            _ => (Answer?)null,
        };
        if (got != expected)
        {
            wrong.Add($"{call} {person} {place}: {expected} expected, {text}");
        }

        if ((text.Contains(RightsHouse.TextMark, StringComparison.Ordinal) && !RightsRules.MayRead(person, place == Place.Absent ? Place.Open : place))
            || (!RightsRules.IsMember(person) && person != Person.Staff
                && (text.Contains(RightsHouse.NameMark, StringComparison.Ordinal) || text.Contains(RightsHouse.PlugMark, StringComparison.Ordinal))))
        {
            wrong.Add($"{call} {person} {place}: LEAK {text}");
        }

        return text.Replace(path.Split('?')[0], "PATH", StringComparison.Ordinal);
    }

    private sealed record Call(string Method, string Route, Audience Audience, Func<Spot, RightsHouse, object>? Body = null)
    {
        public string Query { get; init; } = "";

        public bool Changes { get; init; }

        public bool MembersOwn { get; init; }

        /// <summary>The role is asked for before the account is looked at: a stopped resident gets a resident's answer.</summary>
        public bool RoleFirst { get; init; }

        /// <summary>Whether it is about a room, or something in it.</summary>
        public bool HasPlace => Route.Contains("{id", StringComparison.Ordinal);

        public bool MembersMaySwitch { get; init; }

        /// <summary>The plugs of the matrix are adopted: whoever may do it is told that they are.</summary>
        public bool IsConflict { get; init; }

        public Person About { get; init; }

        public string PathOf(Spot spot, RightsHouse house) => Route
            .Replace("{id:long}", $"{(MembersOwn ? spot.MembersMessage : spot.OwnersMessage)}", StringComparison.Ordinal)
            .Replace("{id:int}", $"{(Route.StartsWith("/plugs", StringComparison.Ordinal) ? spot.PlugId : spot.RoomId)}", StringComparison.Ordinal)
            .Replace("{channel}", "1", StringComparison.Ordinal)
            .Replace("{userId}", house.Viewers.TryGetValue(About, out var about) ? about.UserId : "", StringComparison.Ordinal) + Query;

        public override string ToString() => $"{Method} {Route}{Query}";
    }
}
