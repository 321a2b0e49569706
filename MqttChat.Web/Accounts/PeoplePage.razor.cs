using Microsoft.AspNetCore.Components;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

public partial class PeoplePage(People people, PasswordReset reset, SignInLinks welcomes, SecondFactorSettings secondFactors)
{
    private PeoplePageRows _people = new([], false);
    private string? _link;
    private string? _welcome;
    private string? _whom;
    private string? _until;

    [Inject]
    private HouseTimes Times { get; set; } = null!;

    [Inject]
    private SiteLinks Links { get; set; } = null!;

    [SupplyParameterFromForm(Name = "act")]
    private string? Act { get; set; }

    [SupplyParameterFromQuery(Name = "search")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int Page { get; set; }

    protected override async Task OnInitializedAsync()
    {
        NeverStore();
        await ReadAsync();
    }

    private async Task ReadAsync() => _people = await people.ListAsync(Viewer, Search, Page, Cancellation);

    private async Task ActAsync()
    {
        var (action, id) = Act?.Split(':', 2) is [var verb, var whom] ? (verb, whom) : ("", "");
        if (!await TryAsync(() => RunAsync(action, id)))
        {
            return;
        }

        if (_link is null && _welcome is null)
        {
            Navigation.NavigateTo(PageLink(Page));
        }
    }

    private async Task RunAsync(string action, string id)
    {
        switch (action)
        {
            case "staff" or "resident":
                await people.ChangeRoleAsync(Viewer, id, action, Cancellation);
                break;
            case "enable" or "disable":
                await people.AllowSignInAsync(Viewer, id, action == "enable", Cancellation);
                break;
            case "reset":
                _link = Links.For(Http.Request, (await reset.ByStaffAsync(Viewer, id, Cancellation)).Path);
                break;
            case "welcome":
                var made = await welcomes.MakeAsync(Viewer, id, Cancellation);
                (_welcome, _whom, _until) = (Links.For(Http.Request, made.Path), made.DisplayName, Times.Show(made.ExpiresAt));
                break;
            case "second-factor":
                await secondFactors.TakeAwayAsync(Viewer, id, Cancellation);
                break;
            default:
                throw RefusedException.Invalid("account.refused");
        }
    }

    private string PageLink(int page) => $"/people?page={Math.Max(0, page)}&search={Uri.EscapeDataString(Search ?? "")}";
}
