using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

public partial class ProfileWays(Passkeys passkeys, Profile profiles, UserManager<AppUser> users, SignInManager<AppUser> signIn)
{
    private IReadOnlyList<PasskeyRow> _passkeys = [];
    private bool _mustConfirm;

    [Inject]
    private FreshProof Proof { get; set; } = null!;

    [Inject]
    private PasskeyCeremony Ceremony { get; set; } = null!;

    [Inject]
    private PasskeyPlace Place { get; set; } = null!;

    [Inject]
    private HouseTimes Times { get; set; } = null!;

    /// <summary>Whose.</summary>
    [Parameter]
    [EditorRequired]
    public required ProfileView Profile { get; set; }

    [SupplyParameterFromForm(Name = "credential", FormName = "passkey-add")]
    private string? Credential { get; set; }

    [SupplyParameterFromForm(Name = "key")]
    private string? Key { get; set; }

    [SupplyParameterFromForm(Name = "act")]
    private string? Act { get; set; }

    [SupplyParameterFromForm(Name = "passkeyName")]
    private string? PasskeyName { get; set; }

    [SupplyParameterFromForm(Name = "email", FormName = "password-add")]
    private string? Email { get; set; }

    [SupplyParameterFromForm(Name = "password", FormName = "password-add")]
    private string? Password { get; set; }

    // Without what was typed: an e-mail address does not belong in an address, where proxies would log it.
    protected override string Here => "/profile#ways";

    protected override async Task OnInitializedAsync()
    {
        _passkeys = await passkeys.ListAsync(Viewer);

        // A form that is sent is shown again with what was typed, also when it comes too late.
        _mustConfirm = (await Proof.ReadAsync(Viewer, Cancellation)).IsDue && !HttpMethods.IsPost(Http.Request.Method);
    }

    // Called after the device, which most people have one of; they can call it what they like.
    private Task AddAsync()
    {
        var device = SignInDevice.OfBrowser(Http.Request.Headers.UserAgent);
        return DoneAsync(() => Ceremony.AddAsync(Viewer, Credential, device.System ?? Texts["Passkey"], Cancellation));
    }

    private Task ChangeAsync() => DoneAsync(() => Act switch
    {
        "rename" => passkeys.RenameAsync(Viewer, Key, PasskeyName, Cancellation),
        "remove" => passkeys.RemoveAsync(Viewer, Key, Cancellation),
        _ => throw RefusedException.Invalid("account.refused"),
    });

    private Task AddPasswordAsync() => DoneAsync(() => profiles.AddPasswordAsync(Viewer, Email, Password, Cancellation));

    // The cookie says whether there is a way in, and carries the stamp that a new password changes.
    private async Task DoneAsync(Func<Task> change)
    {
        if (await TryAsync(change))
        {
            await signIn.RefreshSignInAsync((await users.FindByIdAsync(Viewer.UserId))!);
            Navigation.NavigateTo("/profile?saved=ways#ways");
        }
    }
}
