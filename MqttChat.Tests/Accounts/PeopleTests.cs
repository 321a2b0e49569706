using System.Net;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;

namespace MqttChat.Tests.Accounts;

public sealed class PeopleTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;

    public async Task InitializeAsync() => _staff = await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/people")]
    [InlineData("/people/created")]
    [InlineData("/invitations")]
    [InlineData("/house")]
    [InlineData("/rooms/all")]
    public async Task StaffPage_ForAResidentAndAStranger_IsClosed(string page)
    {
        await _app.JoinAsync(_staff, "rei@example.org");
        var resident = await _app.SignedInAsync("rei@example.org");

        Assert.Equal(HttpStatusCode.Forbidden, (await resident.GetAsync(page)).StatusCode);
        var stranger = await _app.Browser().GetAsync(page);
        Assert.Equal(HttpStatusCode.Redirect, stranger.StatusCode);
        Assert.Contains("/account/login?returnUrl=", stranger.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangeRole_OfTheLastStaff_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ChangeRoleAsync(_staff, _staff.UserId, Roles.Resident));

        Assert.Equal("account.lastStaff", refusal.Code);
        Assert.Equal(Roles.Staff, (await ListAsync("")).Items.Single().Role);
    }

    [Fact]
    public async Task ChangeRole_TwoStaffDemoteEachOtherAtOnce_OneStays()
    {
        var other = await _app.JoinAsync(_staff, "kim@example.org", Roles.Staff);
        async Task TryAsync(Viewer by, Viewer whom)
        {
            try
            {
                await ChangeRoleAsync(by, whom.UserId, Roles.Resident);
            }
            catch (RefusedException refusal) when (refusal.Code is "account.lastStaff" or "account.changedMeanwhile")
            {
                // The later one.
            }
        }

        await Task.WhenAll(Task.Run(() => TryAsync(_staff, other)), Task.Run(() => TryAsync(other, _staff)));

        Assert.Single((await ListAsync("")).Items, person => person.Role == Roles.Staff);
    }

    [Fact]
    public async Task Disable_EndsTheSessionAndTheSignIn()
    {
        var resident = await _app.JoinAsync(_staff, "rei@example.org");
        var theirs = await _app.SignedInAsync("rei@example.org");

        await _app.RefusedAsync<People>(people => people.AllowSignInAsync(_staff, resident.UserId, false, default));
        _app.Clock.Push(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Redirect, (await theirs.GetAsync("/profile")).StatusCode);
        Assert.Null(await _app.WithAsync<Credentials, AppUser?>(credentials =>
            credentials.CheckAsync("rei@example.org", HouseApp.Password, "x", default)));
    }

    [Fact]
    public async Task List_Search_FindsByNameAndAddress()
    {
        await _app.JoinAsync(_staff, "rei@example.org");

        await _app.JoinAsync(_staff, "Chloé@example.org");
        Assert.Equal(["rei"], (await ListAsync("REI@")).Items.Select(person => person.DisplayName));
        Assert.Equal(["rei"], (await ListAsync(" rEI ")).Items.Select(person => person.DisplayName));
        Assert.Equal(["Chloé"], (await ListAsync("chloé")).Items.Select(person => person.DisplayName));
        Assert.Equal(["Sam Staff"], (await ListAsync("STAFF")).Items.Select(person => person.DisplayName));
        Assert.Empty((await ListAsync("a\uFFFEb")).Items);
        Assert.Equal((0, 0), ((await ListAsync("nobody")).Items.Count, (await ListAsync("nobody")).Total));
    }

    [Fact]
    public async Task List_InAnyOrder_HasPagesAndSaysWhoWasSeenLast()
    {
        foreach (var name in (string[])["amy", "bob", "zoe"])
        {
            await _app.JoinAsync(_staff, $"{name}@example.org");
        }

        await _app.SignedInAsync("bob@example.org");
        _app.Clock.Push(TimeSpan.FromMinutes(5));
        await _app.SignedInAsync("amy@example.org");
        async Task<string> NamesAsync(PeopleQuery query) =>
            string.Join(' ', (await _app.WithAsync<People, PeopleList>(people => people.ListAsync(_staff, query, default))).Items.Select(person => person.DisplayName));

        Assert.Equal("amy bob Sam Staff zoe", await NamesAsync(new()));
        Assert.Equal("zoe Sam Staff bob amy", await NamesAsync(new(Descending: true)));
        Assert.Equal("amy bob", await NamesAsync(new(Order: PeopleOrder.LastSeen, Descending: true, Size: 2)));
        Assert.Equal("Sam Staff zoe", await NamesAsync(new(Page: 1, Size: 2)));
        Assert.Equal("Sam Staff", await NamesAsync(new(Order: PeopleOrder.Role, Descending: true, Size: 1)));
        Assert.Equal("amy", await NamesAsync(new(Search: "AMY", Order: PeopleOrder.LastSeen)));
        var all = await _app.WithAsync<People, PeopleList>(people => people.ListAsync(_staff, new(Size: 2), default));
        Assert.Equal(4, all.Total);
    }

    [Fact]
    public async Task List_Tags_AreThereForWhoeverToldThem()
    {
        var amy = await _app.JoinAsync(_staff, "amy@example.org");
        await _app.WithAsync<Profile, bool>(async profile =>
        {
            await profile.ChangeTagsAsync(amy, [new("unit", "203"), new("floor 10", "kitchen"), new("floor 2", "bath")], default);
            return true;
        });

        var all = await _app.WithAsync<People, PeopleList>(people => people.ListAsync(_staff, new(), default));

        Assert.Equal(["floor 2=bath", "floor 10=kitchen", "unit=203"], all.Items[0].Tags.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Empty(all.Items[1].Tags);
    }

    [Fact]
    public async Task Profile_Language_ChangesThePageAtOnce()
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);

        await browser.SubmitAsync("/profile", "details", ("displayName", "Sam <b>"), ("language", "ja"));
        var html = await browser.GetStringAsync("/profile");

        Assert.Contains("lang=\"ja\"", html, StringComparison.Ordinal);
        Assert.Contains("プロフィール", html, StringComparison.Ordinal);
        Assert.Contains("Sam &lt;b&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_Tags_AreKeptAndBounded()
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);

        await browser.SubmitAsync("/profile", "tags", ("Tags[0].Key", "unit"), ("Tags[0].Value", "203"), ("Tags[1].Key", ""), ("Tags[1].Value", ""));

        var profile = await _app.WithAsync<Profile, ProfileView>(profiles => profiles.ReadAsync(_staff, default));
        Assert.Equal([KeyValuePair.Create("unit", "203")], profile.Tags);
        Assert.Equal("account.tagsTooMany", Refused(Enumerable.Range(0, 21).Select(i => KeyValuePair.Create($"k{i}", "v"))));
        Assert.Equal("account.tagTwice", Refused([KeyValuePair.Create("unit", "1"), KeyValuePair.Create("Unit", "2")]));
        Assert.Equal("account.tagInvalid", Refused([KeyValuePair.Create("unit", "")]));
    }

    [Fact]
    public async Task Profile_Password_KeepsThisSessionAndEndsTheOther()
    {
        var (here, there) = (await _app.SignedInAsync(HouseApp.StaffEmail), await _app.SignedInAsync(HouseApp.StaffEmail));

        var wrong = await here.SubmitAsync("/profile", "password", ("currentPassword", "wrong horse"), ("newPassword", "another horse"));
        var right = await here.SubmitAsync("/profile", "password", ("currentPassword", HouseApp.Password), ("newPassword", "another horse"));
        _app.Clock.Push(TimeSpan.FromSeconds(61));

        Assert.Contains("id=\"currentPassword-error\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/profile")).StatusCode);
    }

    private static string Refused(IEnumerable<KeyValuePair<string, string>> tags) =>
        Assert.Throws<RefusedException>(() => AccountRules.Tags(tags)).Code;

    private Task<PeopleList> ListAsync(string search) =>
        _app.WithAsync<People, PeopleList>(people => people.ListAsync(_staff, new(search), default));

    private Task<bool> ChangeRoleAsync(Viewer by, string userId, string role) => _app.WithAsync<People, bool>(async people =>
    {
        await people.ChangeRoleAsync(by, userId, role, default);
        return true;
    });
}
