using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MqttChat.Web.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Tests.Accounts;

/// <summary>What a request calls the house ends in links and redirects only where the house is called so.</summary>
public sealed class HostNameTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("house", true)]
    [InlineData("house.local", true)]
    [InlineData("nas.fritz.box", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.168.1.20", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("100.64.0.7", true)]
    [InlineData("[::1]", true)]
    [InlineData("[fd00::1]", true)]
    [InlineData("chat.example.org", true)]
    [InlineData("CHAT.example.org.", true)]
    [InlineData("other.example.net", true)]
    [InlineData("a.wild.example.net", true)]
    [InlineData("evil.example", false)]
    [InlineData("chat.example.org.evil.example", false)]
    [InlineData("evilchat.example.org", false)]
    [InlineData("wild.example.net.evil.example", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("[2001:4860::1]", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("evillocalhost.example", false)]
    public void Knows_OwnNamesAndMachinesNearby(string host, bool known)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AllowedHosts", "other.example.net; *.wild.example.net")]).Build();
        var names = new HostNames(Options.Create(new SiteOptions { PublicUrl = "https://chat.example.org" }), configuration);

        Assert.Equal(known, names.Knows(host));
    }

    [Fact]
    public async Task Request_ForAForgedHost_IsRefusedAndNamesItNowhere()
    {
        await using var app = new HouseApp();
        await app.SetUpAsync();
        var browser = await app.SignedInAsync(HouseApp.StaffEmail);
        foreach (var path in (string[])["/", "/profile", "/invitations", "/account/login", "/api/v1/rooms"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = "evil.example";

            var answer = await browser.SendAsync(request);

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Null(answer.Headers.Location);
            Assert.DoesNotContain("evil.example", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }
}
