using System.Net;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using Microsoft.EntityFrameworkCore;

namespace MqttChat.Tests.Accounts.Forms;

/// <summary>A form that can no longer be taken is answered by a page of the house, in the viewer's language, with a way on.</summary>
public sealed class RefusedFormTests(FormHouse house) : IClassFixture<FormHouse>
{
    private const string NothingSent = "Nothing was sent.";

    private HouseApp App => house.App;

    [Fact]
    public async Task Login_SecondTabAfterTheFirstSignedIn_SaysWhoIsSignedIn()
    {
        var browser = App.Browser();
        var tab = await browser.GetStringAsync("/account/login");
        await browser.SubmitAsync("/account/login", "login", ("email", HouseApp.StaffEmail), ("password", HouseApp.Password));

        var html = await TextAsync(await browser.PostAsync(
            "/account/login", FilledForms.Filled(tab, "login", ("email", "other@example.org"), ("password", HouseApp.Password))));

        Assert.Contains("already signed in as Sam Staff", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_TokenOfAnotherTime_KeepsWhatWasTypedButNoPassword()
    {
        var (browser, page) = (App.Browser(), await house.InvitationAsync());
        var stale = Stale(await browser.GetStringAsync(page), "register", ("displayName", "Typed name"), ("email", "typed@example.org"), ("password", "typed secret"));

        var answer = await browser.PostAsync(page, stale);
        var html = await TextAsync(answer);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(NothingSent, html, StringComparison.Ordinal);
        Assert.Contains("value=\"Typed name\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"typed@example.org\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("typed secret", html, StringComparison.Ordinal);

        // The page is good: pressed once more, it goes through.
        var again = await browser.PostAsync(page, FilledForms.Filled(html, "register", ("displayName", "Typed name")));
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
    }

    [Fact]
    public async Task Join_LinkExpiresWhileTheFormIsOpen_SaysSoInTheViewersLanguage()
    {
        var (browser, page) = (App.Browser(), await house.InvitationAsync());
        browser.DefaultRequestHeaders.Add("Accept-Language", "ja");
        var form = FilledForms.Filled(await browser.GetStringAsync(page), "register", ("displayName", "Too late"));
        await App.WithAsync<HouseDbContext, int>(store => store.Invitations.ExecuteDeleteAsync());

        var answer = await browser.PostAsync(page, form);
        var html = await TextAsync(answer);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("送信されていません", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/account/login\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"displayName\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondStep_CookieOver_ShowsTheWayBack()
    {
        var browser = App.Browser();
        var token = (await browser.GetStringAsync("/account/login")).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        var answer = await browser.PostAsync("/account/second-step", new FormUrlEncodedContent(
            [new("_handler", "second"), new("__RequestVerificationToken", token), new("code", "123456")]));
        var html = await TextAsync(answer);

        Assert.Contains(NothingSent, html, StringComparison.Ordinal);
        Assert.Contains("href=\"/account/login\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_SessionEndedWhileTheFormWasOpen_LeadsToTheSignInThatSaysSo()
    {
        await App.JoinAsync(house.Staff, "ended@example.org");
        var browser = await App.SignedInAsync("ended@example.org");
        var html = await browser.GetStringAsync("/profile");
        await browser.PostAsync("/account/logout", FilledForms.Filled(html, "/account/logout"));

        var answer = await browser.PostAsync("/profile", FilledForms.Filled(html, "details", ("displayName", "Not saved")));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var signIn = await browser.GetStringAsync(answer.Headers.Location);
        Assert.Contains("what you sent was not saved", signIn, StringComparison.Ordinal);
        Assert.Contains("returnUrl=%2Fprofile", answer.Headers.Location!.OriginalString, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Profile_TokenOfAnotherTime_KeepsNameAndTags()
    {
        await App.JoinAsync(house.Staff, "tags@example.org");
        var browser = await App.SignedInAsync("tags@example.org");
        var html = await browser.GetStringAsync("/profile");

        var named = await TextAsync(await browser.PostAsync("/profile", Stale(html, "details", ("displayName", "Renamed <b>"), ("language", "ja"))));
        var tagged = await TextAsync(await browser.PostAsync("/profile", Stale(html, "tags", ("Tags[0].Key", "floor"), ("Tags[0].Value", "3rd"))));

        Assert.Contains("value=\"Renamed &lt;b&gt;\"", named, StringComparison.Ordinal);
        Assert.Matches("<option value=\"ja\"[^>]*selected", named);
        Assert.Contains("value=\"3rd\"", tagged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logout_SignedOutAlready_LeadsToTheSignIn()
    {
        var answer = await App.Browser().PostAsync("/account/logout", new FormUrlEncodedContent([]));

        Assert.Equal((HttpStatusCode.Redirect, "/account/login"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Language_TokenOfAnotherTime_LeadsBack()
    {
        var answer = await App.Browser().PostAsync(
            "/language", new FormUrlEncodedContent([new("language", "ja"), new("returnUrl", "/account/login?x=1")]));

        Assert.Equal((HttpStatusCode.Redirect, "/account/login?x=1"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
    }

    [Theory]
    [InlineData("/account/login", "application/x-www-form-urlencoded", "email=a", HttpStatusCode.BadRequest, NothingSent)]
    [InlineData("/account/login", "application/json", "{}", HttpStatusCode.BadRequest, NothingSent)]
    [InlineData("/account/login", "text/plain", "x", HttpStatusCode.BadRequest, NothingSent)]
    [InlineData("/account/login", "multipart/form-data; boundary=x", "broken", HttpStatusCode.BadRequest, NothingSent)]
    [InlineData("/nowhere", "application/x-www-form-urlencoded", "a=b", HttpStatusCode.NotFound, "Page not found")]
    [InlineData("/account/provider", "application/x-www-form-urlencoded", "a=b", HttpStatusCode.NotFound, "Page not found")]
    [InlineData("/health/live", "application/x-www-form-urlencoded", "a=b", HttpStatusCode.MethodNotAllowed, "Page not found")]
    [InlineData("/account/passkey/request", "application/x-www-form-urlencoded", "a=b", HttpStatusCode.BadRequest, NothingSent)]
    public async Task Post_ThatCannotBeTaken_IsAPageOfTheHouse(string page, string type, string body, HttpStatusCode status, string words)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        var answer = await App.Browser().PostAsync(page, content);
        var html = await TextAsync(answer);

        Assert.Equal((status, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(words, html, StringComparison.Ordinal);
        Assert.Contains("<header", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_TooLarge_IsAPageThatSaysSo()
    {
        var browser = App.Browser();
        var form = FilledForms.Filled(await browser.GetStringAsync("/account/login"), "login", ("email", new string('x', 5_000_000)));

        var answer = await browser.PostAsync("/account/login", form);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("too much to send at once", await TextAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ByAScript_KeepsItsPlainAnswer()
    {
        var browser = App.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/passkey/request") { Content = new FormUrlEncodedContent([]) };
        request.Headers.Add("Accept", "*/*");
        request.Headers.Add("Sec-Fetch-Mode", "cors");

        var answer = await browser.SendAsync(request);

        Assert.Equal((HttpStatusCode.BadRequest, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task Api_Refused_StaysAProblemDocument()
    {
        var answer = await App.Browser().PostAsync("/api/v1/rooms", new StringContent("{"));

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    // As of a page that was open while the house's keys or the person changed.
    private static FormUrlEncodedContent Stale(string html, string form, params (string, string)[] fields) =>
        FilledForms.Filled(html, form, [.. fields, ("__RequestVerificationToken", "of another time"), ("_press", "")]);

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}
