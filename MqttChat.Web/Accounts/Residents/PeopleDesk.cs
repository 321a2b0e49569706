using Microsoft.AspNetCore.Components.Authorization;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts.Residents;

/// <summary>
/// The use cases of staff about people, for a page that lives long: each runs in a scope of its own, because their database
/// contexts serve one operation.
/// </summary>
internal sealed class PeopleDesk(IServiceScopeFactory scopes, AuthenticationStateProvider state)
{
    public Task<PeopleList> ListAsync(PeopleQuery query, CancellationToken cancellation) =>
        RunAsync<People, PeopleList>((people, viewer) => people.ListAsync(viewer, query, cancellation));

    public Task ChangeRoleAsync(string userId, string role, CancellationToken cancellation) =>
        RunAsync<People>((people, viewer) => people.ChangeRoleAsync(viewer, userId, role, cancellation));

    public Task AllowSignInAsync(string userId, bool allowed, CancellationToken cancellation) =>
        RunAsync<People>((people, viewer) => people.AllowSignInAsync(viewer, userId, allowed, cancellation));

    public Task TakeSecondFactorAsync(string userId, CancellationToken cancellation) =>
        RunAsync<SecondFactorSettings>((settings, viewer) => settings.TakeAwayAsync(viewer, userId, cancellation));

    public Task<ResetTicket> ResetPasswordAsync(string userId, CancellationToken cancellation) =>
        RunAsync<PasswordReset, ResetTicket>((reset, viewer) => reset.ByStaffAsync(viewer, userId, cancellation));

    public Task<MadeSignInLink> MakeSignInLinkAsync(string userId, CancellationToken cancellation) =>
        RunAsync<SignInLinks, MadeSignInLink>((links, viewer) => links.MakeAsync(viewer, userId, cancellation));

    /// <summary>Lets revoked invitations work again.</summary>
    public Task RestoreInvitationsAsync(IReadOnlyList<int> ids) =>
        RunAsync<Invitations>(async (invitations, viewer) =>
        {
            foreach (var id in ids)
            {
                await invitations.RestoreAsync(viewer, id, CancellationToken.None);
            }
        });

    public Task<bool> NeedSecondFactorAsync(CancellationToken cancellation) =>
        RunAsync<SecondFactorRule, bool>((rule, _) => rule.IsInForceAsync(cancellation));

    public Task SetNeedSecondFactorAsync(bool needed, CancellationToken cancellation) =>
        RunAsync<SecondFactorRule>((rule, viewer) => rule.ChangeAsync(viewer, needed, cancellation));

    private Task RunAsync<TService>(Func<TService, Viewer, Task> work)
        where TService : notnull =>
        RunAsync<TService, bool>(async (service, viewer) =>
        {
            await work(service, viewer);
            return true;
        });

    private async Task<TResult> RunAsync<TService, TResult>(Func<TService, Viewer, Task<TResult>> work)
        where TService : notnull
    {
        var viewer = await state.ViewerAsync();
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>(), viewer);
    }
}
