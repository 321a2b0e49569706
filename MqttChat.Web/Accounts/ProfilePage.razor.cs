using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts.Forms;

namespace MqttChat.Web.Accounts;

public partial class ProfilePage(Profile profiles, UserManager<AppUser> users, SignInManager<AppUser> signIn)
{
    private const int SpareTagRows = 2;

    private ProfileView? _profile;
    private List<TagInput> _tags = [];

    [SupplyParameterFromForm(Name = "displayName", FormName = "details")]
    private string? DisplayName { get; set; }

    [SupplyParameterFromForm(Name = "language", FormName = "details")]
    private string? Language { get; set; }

    [SupplyParameterFromForm(FormName = "tags")]
    private List<TagInput>? Tags { get; set; }

    [SupplyParameterFromForm(Name = "currentPassword", FormName = "password")]
    private string? CurrentPassword { get; set; }

    [SupplyParameterFromForm(Name = "newPassword", FormName = "password")]
    private string? NewPassword { get; set; }

    [SupplyParameterFromQuery(Name = "saved")]
    private string? Saved { get; set; }

    private string? Spoken => Http.Refusal() is { } refusal ? refusal.Typed("language") : _profile!.Language;

    protected override async Task OnInitializedAsync()
    {
        NeverStore();
        _profile = await profiles.ReadAsync(Viewer, Cancellation);
        _tags = Tags ?? TypedTags() ?? [.. _profile.Tags.Select(tag => new TagInput { Key = tag.Key, Value = tag.Value })];
        for (var spare = 0; Tags is null && spare < SpareTagRows && _tags.Count < AccountRules.MaxTags; spare++)
        {
            _tags.Add(new TagInput());
        }
    }

    private List<TagInput>? TypedTags()
    {
        var typed = Enumerable.Range(0, AccountRules.MaxTags)
            .Select(i => new TagInput { Key = Typed($"Tags[{i}].Key"), Value = Typed($"Tags[{i}].Value") })
            .Where(tag => tag.Key is not null || tag.Value is not null).ToList();
        return typed.Count > 0 ? typed : null;
    }

    private async Task SaveDetailsAsync()
    {
        if (await TryAsync(() => profiles.ChangeAsync(Viewer, DisplayName, Language)))
        {
            await StayAsync("details");
        }
    }

    private async Task SaveTagsAsync()
    {
        var wanted = _tags.Select(tag => KeyValuePair.Create(tag.Key ?? "", tag.Value ?? ""));
        if (await TryAsync(() => profiles.ChangeTagsAsync(Viewer, wanted, Cancellation)))
        {
            Navigation.NavigateTo("/profile?saved=tags");
        }
    }

    private async Task ChangePasswordAsync()
    {
        if (await TryAsync(() => profiles.ChangePasswordAsync(Viewer, CurrentPassword, NewPassword, Cancellation)))
        {
            await StayAsync("password");
        }
    }

    private async Task SignOutEverywhereAsync()
    {
        if (PersonClaims.HasNoWayIn(Http.User))
        {
            Navigation.NavigateTo(LeavePage.EverywherePath);
            return;
        }

        if (await TryAsync(() => profiles.SignOutEverywhereAsync(Viewer, Cancellation)))
        {
            await signIn.SignOutAsync();
            Navigation.NavigateTo("/account/login?done=everywhere");
        }
    }

    // The cookie carries name, language and stamp: a new one, and only this session goes on.
    private async Task StayAsync(string saved)
    {
        if (await users.FindByIdAsync(Viewer.UserId) is { } user)
        {
            await signIn.RefreshSignInAsync(user);
        }

        Navigation.NavigateTo($"/profile?saved={saved}");
    }

    /// <summary>One row of the form.</summary>
    public sealed class TagInput
    {
        /// <summary>What kind of fact.</summary>
        public string? Key { get; set; }

        /// <summary>The fact.</summary>
        public string? Value { get; set; }
    }
}
