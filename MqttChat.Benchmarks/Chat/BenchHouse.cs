using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Tests.Support;
using MqttChat.Web.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Benchmarks.Chat;

/// <summary>Somebody who lives in the house, with the cookie of a browser that is signed in.</summary>
internal sealed record Person(string Id, string Name, string Cookie)
{
    /// <summary>The header that a browser would send.</summary>
    public string CookieHeader => $"{BenchHouse.CookieName}={Cookie}";
}

/// <summary>
/// The published program with a house of any size in its files: people, rooms and history are written by SQL, for a hundred
/// thousand messages through the front door would take longer than what is measured.
/// </summary>
internal sealed class BenchHouse : IAsyncDisposable
{
    public const string CookieName = "mqttchat";

    private readonly ServiceProvider _stores;

    private BenchHouse(AppProcess app, HouseApi staff)
    {
        (App, Staff) = (app, staff);
        var services = new ServiceCollection().AddLogging().AddDatabases(DatabaseOptions.SqliteIn(app.DataDirectory));
        services.AddDataProtection().SetApplicationName("MqttChat").DisableAutomaticKeyGeneration().PersistKeysToDbContext<HouseDbContext>();
        _stores = services.BuildServiceProvider();
    }

    public AppProcess App { get; }

    public HouseApi Staff { get; }

    /// <summary>Starts the program; nobody is held back by a limit, and the embedded broker is its own unless told otherwise.</summary>
    public static async Task<BenchHouse> StartAsync(params string[] settings)
    {
        string[] broker = settings.Any(setting => setting.StartsWith("Mqtt:", StringComparison.Ordinal))
            ? [] : [$"Mqtt:Embedded:Listen=127.0.0.1:{FreePort.Next()}"];
        var app = await AppProcess.StartAsync(
            [.. HouseApi.FirstStaff, "Limits:PostsPerPersonPerMinute=0", "Limits:CircuitsPerPerson=0", .. broker, .. settings]);
        return new BenchHouse(app, await HouseApi.StaffAsync(app.BaseAddress));
    }

    /// <summary>Residents, signed in.</summary>
    public async Task<Person[]> MoveInAsync(string name, int count, CancellationToken cancellation)
    {
        await using var house = await HouseAsync(cancellation);
        var role = await house.Roles.Where(role => role.Name == Roles.Resident).Select(role => role.Id).SingleAsync(cancellation);
        var users = Enumerable.Range(1, count).Select(number => new AppUser
        {
            DisplayName = $"{name} {number}",
            UserName = $"{name}{number}@house.test",
            NormalizedUserName = $"{name}{number}@house.test".ToUpperInvariant(),
            Email = $"{name}{number}@house.test",
            NormalizedEmail = $"{name}{number}@house.test".ToUpperInvariant(),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = DateTimeOffset.UtcNow,
        }).ToArray();
        house.AddRange(users);
        house.AddRange(users.Select(user => new IdentityUserRole<string> { UserId = user.Id, RoleId = role }));
        var people = users.Select(user => new Person(user.Id, user.DisplayName, Cookie(house, user, Roles.Resident))).ToArray();
        await house.SaveChangesAsync(cancellation);
        return people;
    }

    /// <summary>The staff account, signed in.</summary>
    public async Task<Person> StaffPersonAsync(CancellationToken cancellation)
    {
        await using var house = await HouseAsync(cancellation);
        var user = await house.Users.SingleAsync(user => user.Email == HouseApi.StaffEmail, cancellation);
        var person = new Person(user.Id, user.DisplayName, Cookie(house, user, Roles.Staff));
        await house.SaveChangesAsync(cancellation);
        return person;
    }

    /// <summary>A room with these members and so many messages, half a minute apart, the last one just now; all are read.</summary>
    public async Task<int> MakeRoomAsync(string name, IReadOnlyList<Person> members, int messages, CancellationToken cancellation)
    {
        await using var house = await HouseAsync(cancellation);
        var now = DateTimeOffset.UtcNow;
        var room = new Room
        {
            Name = name, CreatedAt = now, LastChange = messages, LastSequence = messages, LastMessageAt = messages > 0 ? now : null,
        };
        house.Add(room);
        await house.SaveChangesAsync(cancellation);
        house.AddRange(members.Select(member => new Membership { RoomId = room.Id, UserId = member.Id, JoinedAt = now, LastReadSequence = messages }));
        await house.SaveChangesAsync(cancellation);
        if (messages > 0)
        {
            await FillAsync(house, room.Id, members, messages, now, cancellation);
        }

        return room.Id;
    }

    /// <summary>A person's client for pages.</summary>
    public HttpClient Browser(Person person) => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        BaseAddress = App.BaseAddress,
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { { "Cookie", person.CookieHeader }, { "Accept-Language", "en-GB" } },
    };

    /// <summary>The house's store, for what no page or API would make in time.</summary>
    public Task<HouseDbContext> HouseAsync(CancellationToken cancellation) =>
        _stores.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync(cancellation);

    /// <summary>The telemetry store.</summary>
    public Task<TelemetryDbContext> TelemetryAsync(CancellationToken cancellation) =>
        _stores.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        Staff.Dispose();
        await _stores.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await App.DisposeAsync();
    }

    private static Task FillAsync(
        HouseDbContext house, int roomId, IReadOnlyList<Person> members, int messages, DateTimeOffset now, CancellationToken cancellation)
    {
        var authors = JsonSerializer.Serialize(members.Take(20).Select(member => member.Id));
        var (step, last) = (TimeSpan.FromSeconds(30).Ticks, now.UtcTicks);
        return house.Database.ExecuteSqlAsync(
            $"""
             WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {messages})
             INSERT INTO Messages (RoomId, Sequence, Change, AuthorId, Text, ClientMessageId, SentAt)
             SELECT {roomId}, n, n, json_extract({authors}, '$[' || ((n / 3) % json_array_length({authors})) || ']'),
                 'Message ' || n || ': is the washing machine free this evening, or shall I come back tomorrow?',
                 'seed-' || {roomId} || '-' || n, {last} - ({messages} - n) * {step}
             FROM number
             """, cancellation);
    }

    // What signing in makes; five hundred password hashes of 210,000 rounds would be most of the measurement.
    private string Cookie(HouseDbContext house, AppUser user, string role)
    {
        var signIn = new SignIn
        {
            Id = Guid.NewGuid(), UserId = user.Id, SecurityStamp = user.SecurityStamp!, Browser = "Chromium", CreatedAt = DateTimeOffset.UtcNow, LastSeenAt = DateTimeOffset.UtcNow,
        };
        house.SignIns.Add(signIn);
        var identity = new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, user.Id), new(ClaimTypes.Name, user.UserName!), new(ClaimTypes.Email, user.Email!),
                new("AspNet.Identity.SecurityStamp", user.SecurityStamp!), new(ClaimTypes.Role, role), new(Header.DisplayNameClaim, user.DisplayName), SignInClaims.Of(signIn.Id),
            ],
            IdentityConstants.ApplicationScheme);
        var protector = _stores.GetRequiredService<IDataProtectionProvider>().CreateProtector(
            "Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationMiddleware", IdentityConstants.ApplicationScheme, "v2");
        var now = DateTimeOffset.UtcNow;
        var properties = new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddDays(30), IsPersistent = true };
        return new TicketDataFormat(protector).Protect(
            new AuthenticationTicket(new ClaimsPrincipal(identity), properties, IdentityConstants.ApplicationScheme));
    }
}
