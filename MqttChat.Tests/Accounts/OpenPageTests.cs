using System.Runtime.CompilerServices;
using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

/// <summary>Who signed out everywhere, or was stopped, does not keep an open page: it is looked every minute, then the page goes.</summary>
public sealed class OpenPageTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;

    public async Task InitializeAsync() => _staff = await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Revalidation_AfterSignOutEverywhere_EndsThePageWithinAMinute()
    {
        using var person = new RevalidatedPerson(
            NullLoggerFactory.Instance, _app.Services.GetRequiredService<IServiceScopeFactory>(), _app.Services.GetRequiredService<IOptions<IdentityOptions>>());
        var state = await _app.WithAsync<SignInManager<AppUser>, AuthenticationState>(async signIn =>
        {
            var user = (await signIn.UserManager.FindByIdAsync(_staff.UserId))!;
            var principal = await signIn.CreateUserPrincipalAsync(user);
            principal.Identities.First().AddClaim(SignInClaims.Of(await _app.WithAsync<SignIns, Guid>(signIns =>
                signIns.BeginAsync(user, SignInDevice.OfBrowser(null), default))));
            return new(principal);
        });
        Assert.True(await ValidateAsync(person, state, default));

        await _app.WithAsync<Profile, bool>(async profile =>
        {
            await profile.SignOutEverywhereAsync(_staff, default);
            return true;
        });

        Assert.False(await ValidateAsync(person, state, default));
        Assert.True(Interval(person) <= TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Guard_WhenTheSessionEnded_LeavesForTheSignIn()
    {
        await using var context = new BunitContext();
        var state = new EndingState();
        context.Services.AddSingleton<AuthenticationStateProvider>(state);
        context.Services.AddSingleton(new PersonCircuit(
            state, new CircuitLimit(Options.Create(new AccountLimits())), _app.Services.GetRequiredService<OpenSignIns>(), NullLogger<PersonCircuit>.Instance));
        var guard = context.Render<SessionGuard>();

        state.End();

        var navigation = context.Services.GetRequiredService<NavigationManager>();
        guard.WaitForAssertion(() => Assert.EndsWith("/account/login?returnUrl=%2F", navigation.Uri, StringComparison.Ordinal));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ValidateAuthenticationStateAsync")]
    private static extern Task<bool> ValidateAsync(RevalidatedPerson person, AuthenticationState state, CancellationToken cancellation);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_RevalidationInterval")]
    private static extern TimeSpan Interval(RevalidatedPerson person);

    private sealed class EndingState : AuthenticationStateProvider
    {
        private ClaimsPrincipal _person = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "a")], "test"));

        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(_person));

        public void End()
        {
            _person = new(new ClaimsIdentity());
            NotifyAuthenticationStateChanged(GetAuthenticationStateAsync());
        }
    }
}
