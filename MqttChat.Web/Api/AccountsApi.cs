using System.Security.Claims;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Api;

/// <param name="Email">The account's address.</param>
/// <param name="Password">Its password.</param>
/// <param name="TwoFactorCode">Where the account has a second factor: a code of the authenticator app, or a recovery code.</param>
internal sealed record LoginRequest(string? Email, string? Password, string? TwoFactorCode);

internal sealed record RefreshRequest(string? RefreshToken);

internal sealed record RegisterRequest(string? Email, string? Password, string? DisplayName, string? Invitation);

internal sealed record RegisteredAnswer(string Id);

internal sealed record InvitationAnswer(string Code, string Url, DateTimeOffset ExpiresAt);

internal sealed record MeAnswer(
    string Id, string? Email, string DisplayName, string Role, IReadOnlyDictionary<string, string> Tags, string? Language);

/// <summary>Signing in, joining, inviting, and who one is.</summary>
internal static class AccountsApi
{
    public static RouteGroupBuilder MapAccounts(this RouteGroupBuilder api)
    {
        var accounts = api.MapGroup("").WithTags("Accounts");
        accounts.MapPost("/login", LoginAsync).AllowAnonymous().WithSummary("Signs in")
            .WithDescription("""
                An account with a second factor needs `twoFactorCode` as well: six digits of the authenticator app, or a recovery code; each
                works once. Without it the answer is 401 `account.secondFactorNeeded`, with a wrong one 401 `account.secondFactorWrong`.
                403 `account.secondFactorDue`: the house asks a second factor of its staff, and this account has to set it up on its profile.
                """);
        accounts.MapPost("/refresh", RefreshAsync).AllowAnonymous().WithSummary("Renews the tokens");
        accounts.MapPost("/register", RegisterAsync).AllowAnonymous().WithSummary("Makes an account");
        accounts.MapPost("/invitations", InviteAsync).RequireAuthorization(ApiSetup.StaffPolicy).WithSummary("Makes an invitation; staff only")
            .WithDescription("403 `account.proofNeeded`: an invitation for staff takes a sign-in by `/login` not older than ten minutes; `/refresh` does not count.");
        accounts.MapGet("/me", MeAsync).WithSummary("Who is signed in");
        return api;
    }

    private static async Task<IResult> LoginAsync(
        LoginRequest request, HttpContext http, Credentials credentials, SecondFactor second, SecondFactorRule rule, ApiTokens tokens,
        CancellationToken cancellation)
    {
        if (await credentials.CheckAsync(request.Email, request.Password, http.AddressKey(), cancellation) is not { } user)
        {
            return new Problem(StatusCodes.Status401Unauthorized, "account.signInFailed");
        }

        if (user.TwoFactorEnabled && string.IsNullOrWhiteSpace(request.TwoFactorCode))
        {
            return new Problem(StatusCodes.Status401Unauthorized, "account.secondFactorNeeded");
        }

        if (user.TwoFactorEnabled && !await second.CheckAsync(user, request.TwoFactorCode, http.AddressKey(), cancellation))
        {
            return new Problem(StatusCodes.Status401Unauthorized, "account.secondFactorWrong");
        }

        return await rule.IsBrokenByAsync(user, cancellation)
            ? new Problem(StatusCodes.Status403Forbidden, "account.secondFactorDue")
            : Fresh(http, await tokens.IssueAsync(user, http.Request.Headers.UserAgent, cancellation));
    }

    private static async Task<IResult> RefreshAsync(RefreshRequest request, HttpContext http, ApiTokens tokens) =>
        await tokens.RefreshAsync(request.RefreshToken) is { } pair
            ? Fresh(http, pair)
            : new Problem(StatusCodes.Status401Unauthorized, "account.refreshTokenInvalid");

    private static async Task<IResult> RegisterAsync(
        RegisterRequest request, HttpContext http, Registration registration, CancellationToken cancellation)
    {
        var person = new NewPerson(request.Email, request.Password, request.DisplayName, request.Invitation);
        var user = await registration.JoinAsync(person, http.AddressKey(), cancellation);
        return Results.Created("/api/v1/me", new RegisteredAnswer(user.Id));
    }

    private static async Task<IResult> InviteAsync(
        InvitationRequest request, HttpContext http, ClaimsPrincipal principal, Invitations invitations, SiteLinks links,
        CancellationToken cancellation)
    {
        var made = await invitations.MakeAsync(principal.ToViewer(), request, cancellation);
        var url = links.For(http.Request, $"join/{made.Code}");
        return Results.Created(url, new InvitationAnswer(made.Code, url, made.ExpiresAt));
    }

    private static async Task<MeAnswer> MeAsync(ClaimsPrincipal principal, Profile profile, CancellationToken cancellation)
    {
        var me = await profile.ReadAsync(principal.ToViewer(), cancellation);
        return new MeAnswer(me.Id, me.Email.Length > 0 ? me.Email : null, me.DisplayName, me.Role, me.Tags.ToDictionary(tag => tag.Key, tag => tag.Value), me.Language);
    }

    private static IResult Fresh(HttpContext http, TokenPair pair)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Ok(pair);
    }
}

/// <summary>A problem as a call's answer.</summary>
internal sealed class Problem(int status, string code) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Problems.WriteAsync(httpContext, status, code);
}
