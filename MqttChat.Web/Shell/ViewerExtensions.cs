using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts;

namespace MqttChat.Web.Shell;

internal static class ViewerExtensions
{
    /// <summary>The signed-in person as the domain knows it. Throws when nobody is signed in.</summary>
    public static Viewer ToViewer(this ClaimsPrincipal principal) => new(
        principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in."),
        principal.IsInRole(Roles.Staff))
    {
        SignInId = principal.SignInId(), ProvenAt = principal.ProvenAt(),
    };

    /// <inheritdoc cref="ToViewer(ClaimsPrincipal)"/>
    public static async Task<Viewer> ViewerAsync(this AuthenticationStateProvider state) =>
        (await state.GetAuthenticationStateAsync()).User.ToViewer();
}
