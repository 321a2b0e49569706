using System.Globalization;
using Microsoft.AspNetCore.Components;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Accounts.Forms;
using MqttChat.Web.Shell.Languages;

namespace MqttChat.Web.Accounts;

public partial class InvitationsPage(TimeProvider clock)
{
    private const string Path = "/invitations";
    private const int DaysAYear = 365;

    private static readonly int[] DaysOffered = [1, 7, 30, DaysAYear];

    private IReadOnlyList<StandingInvitation> _standing = [];
    private ShownInvitation? _made;
    private string? _house;

    [Inject]
    private HouseSettings House { get; set; } = null!;

    [Inject]
    private Invitations Invitations { get; set; } = null!;

    [Inject]
    private SiteLinks Links { get; set; } = null!;

    [Inject]
    private ShownOnce Shown { get; set; } = null!;

    [Inject]
    private HouseTimes Times { get; set; } = null!;

    [SupplyParameterFromForm(Name = "role", FormName = "invite")]
    private string? Role { get; set; }

    [SupplyParameterFromForm(Name = "label", FormName = "invite")]
    private string? Label { get; set; }

    // As text: what is no number is the visitor's mistake, told like any other.
    [SupplyParameterFromForm(Name = "uses", FormName = "invite")]
    private string? Uses { get; set; }

    [SupplyParameterFromForm(Name = "days", FormName = "invite")]
    private int? Days { get; set; }

    [SupplyParameterFromForm(Name = "invitation", FormName = "revoke")]
    private int Revoked { get; set; }

    [SupplyParameterFromForm(Name = "restored", FormName = "restore")]
    private int Restored { get; set; }

    // As text: an address may say anything, and a page with a typed one would fail.
    [SupplyParameterFromQuery(Name = "revoked")]
    private string? RevokedBefore { get; set; }

    [SupplyParameterFromQuery(Name = "restored")]
    private string? RestoredBefore { get; set; }

    private int? Undoable => int.TryParse(RevokedBefore, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : null;

    private bool WasRestored => bool.TryParse(RestoredBefore, out var restored) && restored;

    [SupplyParameterFromQuery(Name = "made")]
    private string? WasMadeText { get; set; }

    private bool WasMade => WasMadeText == "true";

    [SupplyParameterFromQuery(Name = "label")]
    private string? LabelBefore { get; set; }

    [SupplyParameterFromQuery(Name = "role")]
    private string? RoleBefore { get; set; }

    [SupplyParameterFromQuery(Name = "uses")]
    private string? UsesBefore { get; set; }

    [SupplyParameterFromQuery(Name = "days")]
    private string? DaysBefore { get; set; }

    // What was chosen is there again when one comes back.
    protected override string Here =>
        $"/invitations?role={Uri.EscapeDataString(Role ?? "")}&uses={Uri.EscapeDataString(Uses ?? "")}&days={(Days ?? 7).ToString(CultureInfo.InvariantCulture)}&label={Uri.EscapeDataString(Label ?? "")}";

    protected override async Task OnInitializedAsync()
    {
        NeverStore();
        if (HttpMethods.IsGet(Http.Request.Method))
        {
            (Role, Label, Uses) = (Typed("role") ?? RoleBefore, LabelBefore, Typed("uses") ?? UsesBefore);
            Days = int.TryParse(Typed("days") ?? DaysBefore, CultureInfo.InvariantCulture, out var days) ? days : null;
        }

        (_made, _house) = (WasMade ? Shown.Read<ShownInvitation>(Http, Path) : null, House.Current.Name);
        _standing = await Invitations.ListAsync(Viewer, Cancellation);
    }

    private async Task MakeAsync()
    {
        ShownInvitation? shown = null;
        if (await TryAsync(async () => shown = await MadeAsync()))
        {
            Shown.Keep(Http, Path, shown);
            Navigation.NavigateTo($"{Path}?made=true");
        }
    }

    private async Task<ShownInvitation> MadeAsync()
    {
        var uses = int.TryParse(Uses, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var wanted = new InvitationRequest(Role, uses, clock.GetUtcNow().AddDays(DaysOffered.Contains(Days ?? 0) ? Days!.Value : 7), Label);
        var made = await Invitations.MakeAsync(Viewer, wanted, Cancellation);
        var valid = Texts.Many("QrValidFor", uses, Times.Show(made.ExpiresAt));
        return new(
            Links.For(Http.Request, $"join/{made.Code}"), Role,
            string.IsNullOrWhiteSpace(Label) ? valid : $"{Texts["InvitationFor", Label.Trim()]} · {valid}");
    }

    // What to say to the person, in the words on the sheet.
    private IEnumerable<string> StepsFor(string? role) =>
        [Texts["QrStepCamera"], role == Roles.Staff ? Texts["QrStepStaff"] : Texts["QrStepName"], Texts["QrStepIn"]];

    private async Task RevokeAsync()
    {
        if (await TryAsync(() => Invitations.RevokeAsync(Viewer, Revoked, Cancellation)))
        {
            Navigation.NavigateTo($"/invitations?revoked={Revoked.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private async Task RestoreAsync()
    {
        if (await TryAsync(() => Invitations.RestoreAsync(Viewer, Restored, Cancellation)))
        {
            Navigation.NavigateTo("/invitations?restored=true");
        }
    }

    private sealed record ShownInvitation(string Link, string? Role, string Valid);
}
