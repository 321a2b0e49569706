using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Accounts.Forms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

public partial class TwoStepPage(SecondFactorSettings settings, FreshProof freshProof, HouseSettings house, SignInManager<AppUser> signIn)
{
    /// <summary>The page's address.</summary>
    public const string Path = "/profile/two-step";

    private SecondFactorView? _view;
    private IReadOnlyList<string>? _codes;
    private bool _turnedOn;
    private bool _mustConfirm;
    private string _house = "";

    [Inject]
    private ShownOnce Shown { get; set; } = null!;

    // The key travels with the form: looking at the page changes nothing, and a wrong code keeps the key that the app has read.
    [SupplyParameterFromForm(Name = "key", FormName = "turn-on")]
    private string? Key { get; set; }

    [SupplyParameterFromForm(Name = "currentPassword", FormName = "turn-on")]
    private string? CurrentPassword { get; set; }

    [SupplyParameterFromForm(Name = "code", FormName = "turn-on")]
    private string? Code { get; set; }

    [SupplyParameterFromForm(Name = "act", FormName = "change")]
    private string? Act { get; set; }

    [SupplyParameterFromQuery(Name = "returnUrl")]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery(Name = "shown")]
    private string? IsShownText { get; set; }

    private bool IsShown => IsShownText == "true";

    private bool IsDue => Http.User.HasClaim(claim => claim.Type == PersonClaims.LacksSecondFactor);

    private string Onward => LocalPath.Of(ReturnUrl) ?? "/profile";

    private string AppLink
    {
        get
        {
            var (issuer, account) = (Uri.EscapeDataString(_house), Uri.EscapeDataString(_view!.Email));
            return $"otpauth://totp/{issuer}:{account}?secret={Key}&issuer={issuer}";
        }
    }

    protected override async Task OnInitializedAsync()
    {
        NeverStore();
        Key = AuthenticatorCode.IsKey(Key) ? Key : AuthenticatorCode.NewKey();
        _house = house.Current.Title;
        _view = await settings.ReadAsync(Viewer);
        if (IsShown && Shown.Read<ShownCodes>(Http, Path) is { } made)
        {
            (_codes, _turnedOn) = (made.Codes, made.TurnedOn);
        }

        _mustConfirm = _view.IsOn && (await freshProof.ReadAsync(Viewer, Cancellation)).IsDue;
    }

    private Task TurnOnAsync() => TryAsync(async () =>
        await ShowAsync(await settings.TurnOnAsync(Viewer, Key, CurrentPassword, Code, Cancellation), turnedOn: true));

    private async Task ShowAsync((AppUser User, IReadOnlyList<string> Codes) made, bool turnedOn)
    {
        Shown.Keep(Http, Path, new ShownCodes([.. made.Codes], turnedOn));
        await signIn.RefreshSignInAsync(made.User);
        Navigation.NavigateTo($"{Path}?shown=true{(ReturnUrl is null ? "" : $"&returnUrl={Uri.EscapeDataString(Onward)}")}");
    }

    private Task ChangeAsync() => TryAsync(async () =>
    {
        switch (Act)
        {
            case "codes":
                await ShowAsync(await settings.NewCodesAsync(Viewer, Cancellation), turnedOn: false);
                break;
            case "off":
                await signIn.RefreshSignInAsync(await settings.TurnOffAsync(Viewer, Cancellation));
                Navigation.NavigateTo(Path);
                break;
            default:
                throw RefusedException.Invalid("account.refused");
        }
    });

    private sealed record ShownCodes(string[] Codes, bool TurnedOn);
}
