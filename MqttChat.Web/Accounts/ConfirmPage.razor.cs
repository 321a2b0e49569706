using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>Asks who is signed in to show once more that it is they, before the ways in are changed (<see cref="FreshProof"/>).</summary>
public partial class ConfirmPage
{
    private const string Path = "/account/confirm";

    private ProofView? _view;

    [Inject]
    private FreshProof Proof { get; set; } = null!;

    [Inject]
    private HouseSignIn SignIn { get; set; } = null!;

    [Inject]
    private PasskeyCeremony Passkeys { get; set; } = null!;

    [Inject]
    private PasskeyPlace Place { get; set; } = null!;

    [Inject]
    private LinkTokens Tokens { get; set; } = null!;

    [Inject]
    private IOptions<AccountOptions> Options { get; set; } = null!;

    [SupplyParameterFromForm(Name = "currentPassword", FormName = "confirm")]
    private string? Password { get; set; }

    [SupplyParameterFromForm(Name = "code", FormName = "confirm")]
    private string? Code { get; set; }

    [SupplyParameterFromForm(Name = "credential", FormName = "confirm-passkey")]
    private string? Credential { get; set; }

    [SupplyParameterFromQuery(Name = "way")]
    private string? Way { get; set; }

    [SupplyParameterFromQuery(Name = "returnUrl")]
    private string? ReturnUrl { get; set; }

    private bool IsRecovery => Way == "recovery";

    private string Onward => LocalPath.Of(ReturnUrl) ?? "/profile";

    private string OtherWay => $"{PathTo(Onward)}{(IsRecovery ? "" : "&way=recovery")}";

    private string ProviderLink =>
        $"{ProviderEndpoints.ConfirmPath}?token={Tokens.For(Http.User)}&returnUrl={Uri.EscapeDataString(Onward)}";

    /// <summary>The page's address, with where to go afterwards.</summary>
    internal static string PathTo(string returnUrl) => $"{Path}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        NeverStore();
        _view = await Proof.ReadAsync(Viewer, Cancellation);
    }

    private Task ByPasswordAsync() => DoneAsync(() => Proof.ByPasswordAsync(Viewer, Password, Code, From, Cancellation));

    private Task ByPasskeyAsync() => DoneAsync(async () =>
    {
        var owner = await Passkeys.CheckAsync(Credential, From);

        // On a device that several people use, the passkey may be another's.
        return owner.Id == Viewer.UserId ? owner : throw RefusedException.Invalid("account.passkeyFailed");
    });

    private async Task DoneAsync(Func<Task<AppUser>> show)
    {
        if (await TryAsync(async () => await SignIn.ConfirmAsync(await show())))
        {
            Navigation.NavigateTo(Onward);
        }
    }
}
