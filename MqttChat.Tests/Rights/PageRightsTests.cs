using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MqttChat.Tests.Rights;

/// <summary>Every page, opened by its address by every kind of person, about every kind of room.</summary>
[Collection(RightsMatrix.Name)]
public sealed partial class PageRightsTests(RightsHouse house)
{
    // Each page once; a page about a room is told apart by what it is about.
    private static readonly (string Route, Audience Audience)[] Pages =
    [
        ("/account/login", Audience.Anyone), ("/account/register", Audience.Anyone), ("/join/{code}", Audience.Anyone), ("/welcome/{code}", Audience.Anyone),
        ("/account/forgot", Audience.Anyone), ("/account/reset", Audience.Anyone), ("/account/elsewhere", Audience.Anyone),
        ("/account/second-step", Audience.Anyone), ("/account/provider/failed", Audience.Anyone),
        ("/setup", Audience.Anyone), ("/not-found", Audience.Anyone), ("/error", Audience.Anyone),
        ("/rooms", Audience.SignedIn), ("/rooms/new", Audience.SignedIn), ("/profile", Audience.SignedIn), ("/profile/two-step", Audience.SignedIn),
        ("/account/confirm", Audience.SignedIn), ("/account/leave", Audience.SignedIn),
        ("/dashboard", Audience.Staff), ("/people", Audience.Staff), ("/people/created", Audience.Staff), ("/house", Audience.Staff), ("/rooms/all", Audience.Staff), ("/status", Audience.Staff), ("/plugs/new", Audience.Staff), ("/plugs/connect", Audience.Staff),
        ("/invitations", Audience.Staff),
        ("/rooms/{id:int}", Audience.Members), ("/rooms/{id:int}/members", Audience.MembersAndStaff), ("/plugs/{PlugId:int}", Audience.MembersAndStaff),
    ];

    // What is neither a page nor the API: anyone's, and it shows nobody's data. The Blazor hub has tests of its own.
    private static readonly string[] Others =
    [
        "/", "/language", "/account/logout", "/account/passkey/creation", "/account/passkey/request", "/manifest.webmanifest", "/offline", "/health/live", "/health/ready", "/openapi/{documentName}.json",
        // A number, to whoever is signed in.
        "/rooms/unread",
    ];

    [Fact]
    public async Task EveryPage_OfEveryPerson_AboutEveryRoom_IsAnsweredByTheRule()
    {
        List<string> wrong = [];
        foreach (var (route, audience) in Pages)
        {
            foreach (var person in RightsRules.People)
            {
                Dictionary<Place, (Answer Expected, string Text)> answers = [];
                foreach (var place in route.Contains("int}", StringComparison.Ordinal) ? RightsRules.Places : [Place.MembersOnly, Place.Absent])
                {
                    var expected = RightsRules.Expected(audience, person, place);
                    answers[place] = (expected, await OpenAsync(route, person, place, expected, wrong));
                }

                var (members, absent) = (answers[Place.MembersOnly], answers[Place.Absent]);
                if (members.Expected == Answer.Absent && members.Text != absent.Text)
                {
                    wrong.Add($"{route} {person}: another answer than for none:\n{members.Text}\n----\n{absent.Text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Member_OpeningTheRoom_SeesWhatIsHiddenFromOthers()
    {
        var page = await house.Browsers[Person.Member].GetStringAsync($"/rooms/{house.Spots[Place.MembersOnly].RoomId}");

        Assert.Contains(RightsHouse.TextMark, page, StringComparison.Ordinal);
        Assert.Contains(RightsHouse.NameMark, page, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRoute_StandsInATable()
    {
        var routes = house.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        var pages = routes.Where(route => route.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
            .Select(PathOf).Distinct().Order();
        Assert.Equal(Pages.Select(page => page.Route).Order(), pages);

        var others = routes.Where(route => route.Metadata.GetMetadata<ComponentTypeMetadata>() is null).Select(PathOf)
            .Where(path => !path.StartsWith("/api/", StringComparison.Ordinal) && !path.StartsWith("/_", StringComparison.Ordinal) && !StaticFile().IsMatch(path))
            .Distinct().Except(Others);
        Assert.Empty(others);
    }

    private async Task<string> OpenAsync(string route, Person person, Place place, Answer expected, List<string> wrong)
    {
        var spot = house.Spots[place];
        var path = route.Replace("{id:int}", $"{spot.RoomId}", StringComparison.Ordinal)
            .Replace("{PlugId:int}", $"{spot.PlugId}", StringComparison.Ordinal).Replace("{code}", "nothing", StringComparison.Ordinal);
        using var answer = await house.Browsers[person].GetAsync(path);
        var (status, html) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        var isRight = expected switch
        {
            Answer.SignIn => status == 302 && answer.Headers.Location!.ToString().Contains("/account/login", StringComparison.Ordinal),
            Answer.Forbidden => status == 403,
            // A page for anyone may lead on (who is signed in needs no sign-in), and that of what is not found says so.
            Answer.Done => status == 200 || (IsAnyones(route) && status is 302 or 404),
            _ => status is 200 or 404,
        };
        if (!isRight)
        {
            wrong.Add($"{route} {person} {place}: {expected} expected, {status} {answer.Headers.Location}");
        }

        // The list beside it tells what was said last in the person's own rooms, whatever the page is about.
        var maySee = RightsRules.MayRead(person, place) || (route.StartsWith("/rooms", StringComparison.Ordinal) && RightsRules.IsMember(person));
        if ((html.Contains(RightsHouse.TextMark, StringComparison.Ordinal) && !maySee)
            || (!RightsRules.IsMember(person) && person != Person.Staff && html.Contains(RightsHouse.NameMark, StringComparison.Ordinal))
            || (!RightsRules.IsMember(person) && person != Person.Staff && html.Contains(RightsHouse.PlugMark, StringComparison.Ordinal)))
        {
            wrong.Add($"{route} {person} {place}: LEAK {Normal(html)}");
        }

        return $"{status} {answer.Headers.Location} {Normal(html)}".Replace(path, "PATH", StringComparison.Ordinal);
    }

    private static bool IsAnyones(string route) => Pages.Single(page => page.Route == route).Audience == Audience.Anyone;

    private static string PathOf(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');

    // What differs from one answer to the next: sealed state and tokens.
    private static string Normal(string html) => Sealed().Replace(html, "");

    [GeneratedRegex("<!--Blazor.*?-->|<!--/?bl:?.*?-->|value=\"CfDJ[^\"]*\"|name=\"_press\" value=\"[a-z0-9]*\"|id=\"[a-z]*-?[0-9a-f-]{8,}\"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}", RegexOptions.Singleline)]
    private static partial Regex Sealed();

    [GeneratedRegex(@"\.(css|js|svg|map|gz|br|ico|png|json|woff2?)$|LICENSE|\{\*\*?")]
    private static partial Regex StaticFile();
}
