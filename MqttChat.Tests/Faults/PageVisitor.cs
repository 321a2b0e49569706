using System.Net;
using MqttChat.Tests.Accounts;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>A browser without script: signs in by the form, and reads pages.</summary>
internal sealed class PageVisitor : IDisposable
{
    private readonly HttpClient _http;

    private PageVisitor(Uri baseAddress) => _http = new HttpClient(
        new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(100),
    };

    public static async Task<PageVisitor> SignInAsync(Uri baseAddress)
    {
        var visitor = new PageVisitor(baseAddress);
        using var answer = await visitor._http.SubmitAsync(
            "/account/login", "login", ("email", HouseApi.StaffEmail), ("password", HouseApi.StaffPassword), ("remember", "true"));
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"The form answered {answer.StatusCode}.");
        return visitor;
    }

    /// <summary>Reads a page as who is signed in; fails where it asks for a sign-in, or with an error.</summary>
    public async Task<string> ReadAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"GET {path}: {answer.StatusCode} {answer.Headers.Location}");
        return await answer.Content.ReadAsStringAsync();
    }

    public void Dispose() => _http.Dispose();
}
