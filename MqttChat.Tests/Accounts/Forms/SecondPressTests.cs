using System.Net;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;

namespace MqttChat.Tests.Accounts.Forms;

/// <summary>A form that is sent twice, whose answer is lost, or whose page is loaded again: what it uses up is used once, and its owner is in.</summary>
public sealed class SecondPressTests(FormHouse house) : IClassFixture<FormHouse>
{
    private HouseApp App => house.App;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Join_PressedTwice_MakesOneAccountAndBothAnswersLetIn(int uses)
    {
        var (phone, name, page) = (house.Losing(), $"Twice {uses}", await house.InvitationAsync(uses));
        var html = await phone.LookAsync(page);
        HttpContent Form() => FilledForms.Filled(html, "register", ("displayName", name));

        var answers = await Task.WhenAll(phone.SendAsync(HttpMethod.Post, page, Form()), phone.SendAsync(HttpMethod.Post, page, Form()));
        var late = await phone.SendAsync(HttpMethod.Post, page, Form());

        Assert.Equal(1, await house.CountAsync(name));
        Assert.All([.. answers, late], answer => Assert.Equal((HttpStatusCode.Redirect, answers[0].Headers.Location), (answer.StatusCode, answer.Headers.Location)));
        phone.Keep(late);
        Assert.Contains(name, await phone.LookAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_AfterTheFirstSignedIn_GetsTheFirstAnswer()
    {
        var (phone, page) = (App.Browser(), await house.InvitationAsync());
        var html = await phone.GetStringAsync(page);
        var first = await phone.PostAsync(page, FilledForms.Filled(html, "register", ("displayName", "Signed in already")));

        var second = await phone.PostAsync(page, FilledForms.Filled(html, "register", ("displayName", "Signed in already")));

        Assert.Equal((HttpStatusCode.Redirect, first.Headers.Location), (second.StatusCode, second.Headers.Location));
        Assert.Contains("Signed in already", await phone.GetStringAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_NameChangedBetweenTwoPresses_MakesOneAccount()
    {
        var (phone, page) = (house.Losing(), await house.InvitationAsync(uses: 5));
        var html = await phone.LookAsync(page);

        await Task.WhenAll(((string[])["Yuki", "Yuki K"]).Select(name =>
            phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", name)))));

        Assert.Equal(1, await house.CountAsync("Yuki") + await house.CountAsync("Yuki K"));
    }

    [Fact]
    public async Task Join_AnswerLostAndTheLinkOpenedAgain_LeadsIn()
    {
        var (phone, page) = (house.Losing(), await house.InvitationAsync());
        var html = await phone.LookAsync(page);
        await phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Lost and found")));

        var again = await phone.SendAsync(HttpMethod.Get, page);

        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
        phone.Keep(again);
        Assert.Contains("Lost and found", await phone.LookAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_BrowserHangsUp_IsCarriedOutAndLeadsInAgain()
    {
        var (phone, page) = (house.Losing(), await house.InvitationAsync());
        var html = await phone.LookAsync(page);
        using var hangUp = new CancellationTokenSource();
        var pressed = phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Hung up")), hangUp.Token);
        await hangUp.CancelAsync();
        await Record.ExceptionAsync(() => pressed);

        var second = await phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Hung up")));

        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
        Assert.Equal(1, await house.CountAsync("Hung up"));
        phone.Keep(second);
        Assert.Contains("Hung up", await phone.LookAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_SamePressFromAnotherBrowser_GetsNothingOfTheAnswer()
    {
        var (phone, stranger, page) = (house.Losing(), house.Losing(), await house.InvitationAsync());
        var html = await phone.LookAsync(page);
        await stranger.LookAsync(page);
        await phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Private")));

        var asked = await stranger.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Private")));
        var looked = await stranger.SendAsync(HttpMethod.Get, page);

        Assert.Equal(HttpStatusCode.BadRequest, asked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        Assert.All([asked, looked], answer => Assert.DoesNotContain(CookiesOf(answer), cookie => cookie.StartsWith("mqttchat=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Join_SecondPressAfterTwoMinutes_IsAPressOfItsOwn()
    {
        var (phone, page) = (house.Losing(), await house.InvitationAsync());
        var html = await phone.LookAsync(page);
        await phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Much later")));
        App.Clock.Push(TimeSpan.FromMinutes(2.1));

        var late = await phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Much later")));

        Assert.NotEqual(HttpStatusCode.Redirect, late.StatusCode);
        Assert.DoesNotContain(CookiesOf(late), cookie => cookie.StartsWith("mqttchat=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Join_AfterSigningOut_TheAnswerIsForgotten()
    {
        var (phone, page) = (house.Losing(), await house.InvitationAsync());
        var html = await phone.LookAsync(page);
        phone.Keep(await phone.SendAsync(HttpMethod.Post, page, FilledForms.Filled(html, "register", ("displayName", "Gone again"))));
        var leave = await phone.LookAsync("/account/leave");
        Assert.Equal(HttpStatusCode.Redirect, (await phone.SendAsync(HttpMethod.Post, "/account/leave", FilledForms.Filled(leave, "leave"))).StatusCode);
        phone.Drop("mqttchat");

        var again = await phone.SendAsync(HttpMethod.Get, page);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Join_CorrectedAfterAnError_IsTriedAnew()
    {
        var (phone, page) = (App.Browser(), await house.InvitationAsync());
        var html = await phone.GetStringAsync(page);

        var wrong = await phone.PostAsync(page, FilledForms.Filled(html, "register", ("displayName", "   ")));
        var right = await phone.PostAsync(page, FilledForms.Filled(html, "register", ("displayName", "Corrected")));

        Assert.Contains("displayName-error", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
    }

    [Fact]
    public async Task WelcomeLink_PressedTwiceAndOpenedAgain_LeadsIn()
    {
        var (phone, page) = (App.Browser(), await house.InvitationAsync());
        await phone.SubmitAsync(page, "register", ("displayName", "Back by a link"));
        var id = await App.WithAsync<HouseDbContext, string>(store => store.Users.Where(user => user.DisplayName == "Back by a link").Select(user => user.Id).SingleAsync());
        var link = "/" + (await App.WithAsync<SignInLinks, MadeSignInLink>(links => links.MakeAsync(house.Staff, id, default))).Path;
        var other = house.Losing();
        var html = await other.LookAsync(link);

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => other.SendAsync(HttpMethod.Post, link, FilledForms.Filled(html, "welcome"))));
        var opened = await other.SendAsync(HttpMethod.Get, link);

        Assert.All([.. answers, opened], answer => Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode));
        other.Keep(opened);
        Assert.Contains("Back by a link", await other.LookAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_PressedTwiceWithAWrongPassword_CountsOnce()
    {
        await App.JoinAsync(house.Staff, "once@example.org");
        var phone = house.Losing();
        var html = await phone.LookAsync("/account/login");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            phone.SendAsync(HttpMethod.Post, "/account/login", FilledForms.Filled(html, "login", ("email", "once@example.org"), ("password", "wrong horse")))));

        Assert.Equal(1, await App.WithAsync<HouseDbContext, int>(store => store.Users.Where(user => user.Email == "once@example.org").Select(user => user.AccessFailedCount).SingleAsync()));
    }

    [Fact]
    public async Task Logout_PressedTwice_GetsTheFirstAnswer()
    {
        await App.JoinAsync(house.Staff, "out@example.org");
        var browser = await App.SignedInAsync("out@example.org");
        var html = await browser.GetStringAsync("/profile");

        var first = await browser.PostAsync("/account/logout", FilledForms.Filled(html, "/account/logout"));
        var second = await browser.PostAsync("/account/logout", FilledForms.Filled(html, "/account/logout"));

        Assert.Equal((HttpStatusCode.Redirect, first.Headers.Location), (second.StatusCode, second.Headers.Location));
    }

    [Fact]
    public async Task Invite_PressedTwiceAndReloaded_MakesOneAndShowsItAgain()
    {
        var staff = await App.SignedInAsync(HouseApp.StaffEmail);
        var html = await staff.GetStringAsync("/invitations");
        HttpContent Form() => FilledForms.Filled(html, "invite", ("label", "Pressed twice"), ("role", Roles.Resident), ("uses", "1"), ("days", "7"));

        var answers = await Task.WhenAll(staff.PostAsync("/invitations", Form()), staff.PostAsync("/invitations", Form()));
        var shown = await staff.GetStringAsync(answers[1].Headers.Location);
        var reloaded = await staff.GetStringAsync(answers[1].Headers.Location);

        Assert.Single(
            await App.WithAsync<Invitations, IReadOnlyList<StandingInvitation>>(invitations => invitations.ListAsync(house.Staff, default)),
            one => one.Label == "Pressed twice");
        Assert.Equal(shown.Split("/join/")[1][..22], reloaded.Split("/join/")[1][..22]);
        Assert.DoesNotContain("/join/", await (await App.SignedInAsync(HouseApp.StaffEmail)).GetStringAsync("/invitations?made=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_TwoDifferentButtonsOfOnePage_BothCount()
    {
        var staff = await App.SignedInAsync(HouseApp.StaffEmail);
        await Task.WhenAll(house.InvitationAsync(), house.InvitationAsync());
        var html = await staff.GetStringAsync("/invitations");
        var ids = (await App.WithAsync<Invitations, IReadOnlyList<StandingInvitation>>(invitations => invitations.ListAsync(house.Staff, default)))
            .Where(one => one.Label is null).Take(2).Select(one => one.Id).ToList();

        foreach (var id in ids)
        {
            var answer = await staff.PostAsync("/invitations", FilledForms.Filled(html, "revoke", ("invitation", $"{id}")));
            Assert.EndsWith($"revoked={id}", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        Assert.Equal(2, ids.Count);
        Assert.DoesNotContain(
            await App.WithAsync<Invitations, IReadOnlyList<StandingInvitation>>(invitations => invitations.ListAsync(house.Staff, default)), one => ids.Contains(one.Id));
    }

    private static IEnumerable<string> CookiesOf(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [];
}
