using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Accounts;

/// <summary>The whole program on a house of its own in a temporary folder, with a clock that tests push forward.</summary>
internal sealed partial class HouseApp(params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
{
    public const string StaffEmail = "staff@example.org";
    public const string Password = "correct horse";

    private readonly string _directory = Directory.CreateTempSubdirectory("mqttchat-app-").FullName;

    public PushedClock Clock { get; } = new();

    /// <summary>Whether passwords cost as much as in a real house: a tenth of a second of a core each.</summary>
    public bool HashesFully { get; init; }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Data:Directory", _directory);
        builder.UseSetting("Mqtt:Embedded:Listen", "127.0.0.1:0");
        builder.UseSetting("Limits:LoginsPerAddressPerMinute", "0");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        MigratedFiles.CopyToAsync(_directory).GetAwaiter().GetResult();
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            if (!HashesFully)
            {
                services.PostConfigure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1_000);
            }
        });
    }

    /// <summary>A browser: keeps cookies, follows no redirect.</summary>
    public HttpClient Browser() => CreateClient(
        new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = ClientOptions.BaseAddress });

    public async Task<T> WithAsync<TService, T>(Func<TService, Task<T>> use)
        where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>The code with which it is refused; null when it is not.</summary>
    public async Task<string?> RefusedAsync<TService>(Func<TService, Task> use)
        where TService : notnull
    {
        try
        {
            return await WithAsync<TService, string?>(async service =>
            {
                await use(service);
                return null;
            });
        }
        catch (RefusedException refusal)
        {
            return refusal.Code;
        }
    }

    /// <summary>Sets the house up and returns its first member of staff.</summary>
    public Task<Viewer> SetUpAsync() => WithAsync<HouseSetup, Viewer>(async setup => new Viewer(
        (await setup.RunAsync(new HouseToSetUp(new("Test house"), "Everyone", StaffEmail, Password, "Sam Staff"), default)).Id, true));

    /// <summary>
    /// Waits until the broker is there: a connection counts as a signal on everything, which would come into what a test counts.
    /// </summary>
    public Task ConnectedAsync() => Eventually.TrueAsync(() => Services.GetRequiredService<BrokerStatus>().Current.Connected, what: "the broker is there");

    /// <summary>Makes a resident by an invitation of <paramref name="staff"/>.</summary>
    public async Task<Viewer> JoinAsync(Viewer staff, string email, string role = Roles.Resident)
    {
        var made = await WithAsync<Invitations, MadeInvitation>(invitations => invitations.MakeAsync(staff with { ProvenAt = Clock.GetUtcNow() }, new(role), default));
        var user = await WithAsync<Registration, AppUser>(registration =>
            registration.JoinAsync(new NewPerson(email, Password, email.Split('@')[0], made.Code), "test", default));
        return new Viewer(user.Id, role == Roles.Staff);
    }

    /// <summary>A browser in which the person is signed in.</summary>
    public async Task<HttpClient> SignedInAsync(string email, string password = Password)
    {
        var browser = Browser();
        var answer = await browser.SubmitAsync("/account/login", "login", ("email", email), ("password", password));
        Assert.Equal(System.Net.HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>A program with the person's token.</summary>
    public async Task<(HttpClient Client, JsonElement Tokens)> ApiAsync(string email, string password = Password)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions
        {
            HandleCookies = false, AllowAutoRedirect = false, BaseAddress = ClientOptions.BaseAddress,
        });
        var answer = await client.PostAsJsonAsync("/api/v1/login", new { email, password });
        answer.EnsureSuccessStatusCode();
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());
        return (client, tokens);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await TestFolder.DeleteAsync(_directory);
    }

    /// <summary>The real clock plus what the test pushed it by.</summary>
    internal sealed class PushedClock : TimeProvider
    {
        private long _ticks;

        public void Push(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

        public override long GetTimestamp() =>
            base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds * TimestampFrequency);
    }
}

/// <summary>Fills in forms as a browser does.</summary>
internal static partial class FilledForms
{
    /// <summary>Gets the page, then posts the form of that name with its hidden fields.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(
        this HttpClient browser, string page, string form, params (string Name, string Value)[] fields) =>
        await browser.PostAsync(page, Filled(await browser.GetStringAsync(page), form, fields));

    /// <summary>The page that a form leads to.</summary>
    public static async Task<string> FollowAsync(this HttpClient browser, Task<HttpResponseMessage> submitted)
    {
        var answer = await submitted;
        return answer.Headers.Location is { } onward ? await browser.GetStringAsync(onward) : await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The form of that name in a page, filled in; as often as it is to be pressed.</summary>
    public static FormUrlEncodedContent Filled(string html, string form, params (string Name, string Value)[] fields)
    {
        var body = FormPattern().Matches(html).Select(match => match.Value)
            .First(text => text.Contains($"value=\"{form}\"", StringComparison.Ordinal) || text.Contains($"action=\"{form}\"", StringComparison.Ordinal));
        var hidden = HiddenPattern().Matches(body).Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value))
            .Where(field => fields.All(own => own.Name != field.Key));
        return new FormUrlEncodedContent([.. hidden, .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenPattern();
}
