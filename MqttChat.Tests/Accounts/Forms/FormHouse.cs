using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using Microsoft.EntityFrameworkCore;

namespace MqttChat.Tests.Accounts.Forms;

/// <summary>One house for the tests of forms; each makes people of its own.</summary>
public sealed class FormHouse : IAsyncLifetime
{
    internal HouseApp App { get; } = new();

    internal Viewer Staff { get; private set; } = null!;

    public async Task InitializeAsync() => Staff = await App.SetUpAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();

    /// <summary>The address of a new invitation's page.</summary>
    internal async Task<string> InvitationAsync(int uses = 1)
    {
        var made = await App.WithAsync<Invitations, MadeInvitation>(invitations =>
            invitations.MakeAsync(Staff with { ProvenAt = App.Clock.GetUtcNow() }, new(Roles.Resident, uses), default));
        return $"/join/{made.Code}";
    }

    internal Task<int> CountAsync(string name) =>
        App.WithAsync<HouseDbContext, int>(store => store.Users.CountAsync(user => user.DisplayName == name));

    /// <summary>A browser whose answers get lost: it keeps the cookies of the pages it looked at, and none of what it sends a form for.</summary>
    internal LosingBrowser Losing() => new(App);
}

/// <summary>Keeps cookies only when told to.</summary>
internal sealed class LosingBrowser(HouseApp app)
{
    private readonly HttpClient _client = app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>Looks at a page, and keeps its cookies.</summary>
    public async Task<string> LookAsync(string page)
    {
        var answer = await SendAsync(HttpMethod.Get, page);
        Keep(answer);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Sends, and keeps nothing of the answer.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string page, HttpContent? form = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, page) { Content = form };
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        return await _client.SendAsync(request, cancellation);
    }

    public void Keep(HttpResponseMessage answer)
    {
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var (name, value) = (cookie[..cookie.IndexOf('=')], cookie[(cookie.IndexOf('=') + 1)..].Split(';')[0]);
            _cookies[name] = value;
        }
    }

    public void Drop(string cookie) => _cookies.Remove(cookie);
}
