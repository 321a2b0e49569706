using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;
using MqttChat.Web.Shell.Controls;
using MudBlazor;

namespace MqttChat.Web.Accounts.Residents;

/// <summary>Everyone in the house, for staff: who they are, when they were last seen, and what can be done for them.</summary>
public sealed partial class PeoplePage : IDisposable
{
    private MudTable<PersonRow>? _table;
    private string _search = "";
    private string? _me;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private bool _isLive;
    private bool _isGone;
    private bool _isActing;
    private int _total;

    [Inject]
    internal PeopleDesk Desk { get; set; } = null!;

    [Inject]
    internal SiteLinks Links { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal AuthenticationStateProvider State { get; set; } = null!;

    [Inject]
    internal HouseTimes Times { get; set; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    internal RefusalMessages Refusals { get; set; } = null!;

    [Inject]
    internal IStringLocalizer<AccountTexts> Texts { get; set; } = null!;

    /// <inheritdoc />
    public void Dispose() => _isGone = true;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _me = (await State.ViewerAsync()).UserId;
        _zone = Times.Zone;
        _isLive = RendererInfo.IsInteractive;
    }

    private async Task<TableData<PersonRow>> ReadAsync(TableState state, CancellationToken cancellation)
    {
        try
        {
            var order = Enum.TryParse<PeopleOrder>(state.SortLabel, out var wanted) ? wanted : PeopleOrder.Name;
            var list = await Desk.ListAsync(
                new(_search, order, state.SortDirection == SortDirection.Descending, state.Page, state.PageSize), cancellation);
            _total = list.Total;
            return new() { Items = list.Items, TotalItems = list.Total };
        }
        catch (RefusedException refusal)
        {
            Snackbar.Refuse(Refusals.For(refusal));
            return new() { Items = [] };
        }
    }

    private Task SearchAsync(string? search)
    {
        _search = search ?? "";
        return ReloadAsync();
    }

    // What was asked for is done, and can be undone, also when the page was left meanwhile; only the list is no longer there.
    private Task ReloadAsync() => _isGone || _table is null ? Task.CompletedTask : _table.ReloadServerData();

    private void Choose(PersonRow person, PersonAct act) => _ = InvokeAsync(async () =>
    {
        // One after the other: a second press would make a second link, and end the first while it is shown.
        if (_isActing)
        {
            return;
        }

        _isActing = true;
        try
        {
            await ActAsync(person, act);
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
        finally
        {
            _isActing = false;
        }
    });

    private async Task ActAsync(PersonRow person, PersonAct act)
    {
        if (Questions.Of(Texts, person, act, person.Id == _me) is { } question && !await Dialogs.AskAsync(question))
        {
            return;
        }

        if (await TryAsync(() => RunAsync(person, act)))
        {
            Tell(person, act);
            await ReloadAsync();
        }
    }

    private Task RunAsync(PersonRow person, PersonAct act) => act switch
    {
        PersonAct.MakeStaff => Desk.ChangeRoleAsync(person.Id, Roles.Staff, CancellationToken.None),
        PersonAct.MakeResident => Desk.ChangeRoleAsync(person.Id, Roles.Resident, CancellationToken.None),
        PersonAct.Suspend => Desk.AllowSignInAsync(person.Id, false, CancellationToken.None),
        PersonAct.Restore => Desk.AllowSignInAsync(person.Id, true, CancellationToken.None),
        PersonAct.TakeSecondFactor => Desk.TakeSecondFactorAsync(person.Id, CancellationToken.None),
        PersonAct.ResetPassword => ShowResetAsync(person),
        _ => ShowSignInLinkAsync(person),
    };

    private void Tell(PersonRow person, PersonAct act)
    {
        if (act is PersonAct.ResetPassword or PersonAct.NewLink)
        {
            return;
        }

        // Taken back by the same door: a way in for staff takes a proof there too.
        var back = act switch { PersonAct.Suspend => PersonAct.Restore, PersonAct.Restore => PersonAct.Suspend, _ => (PersonAct?)null };
        Snackbar.Say(
            Texts[$"Done.{act}", person.DisplayName], back is null ? null : Texts["Undo"].Value,
            back is null ? null : () => InvokeAsync(() => UndoAsync(person, back.Value)));
    }

    private async Task UndoAsync(PersonRow person, PersonAct act)
    {
        if (await TryAsync(() => RunAsync(person, act)))
        {
            Snackbar.Say(Texts[$"Done.{act}", person.DisplayName]);
            await ReloadAsync();
        }
    }

    private async Task ShowResetAsync(PersonRow person)
    {
        var ticket = await Desk.ResetPasswordAsync(person.Id, CancellationToken.None);
        await ShowAsync(Texts["ResetLinkFor", person.DisplayName], Links.For(Navigation, ticket.Path), Texts["ResetLink"], Texts["ResetLinkMade"]);
    }

    private async Task ShowSignInLinkAsync(PersonRow person)
    {
        var made = await Desk.MakeSignInLinkAsync(person.Id, CancellationToken.None);
        await ShowAsync(
            Texts["WelcomeLinkTitle", person.DisplayName], Links.For(Navigation, made.Path), Texts["WelcomeLink"],
            Texts["WelcomeLinkValid", HouseTimes.Show(made.ExpiresAt, _zone)]);
    }

    private async Task ShowAsync(string title, string link, string label, string text)
    {
        var dialog = await Dialogs.ShowAsync<LinkDialog>(
            title,
            new DialogParameters<LinkDialog> { { one => one.Link, link }, { one => one.Label, label }, { one => one.Text, text } },
            new DialogOptions { BackdropClick = false, FullWidth = true, MaxWidth = MaxWidth.Small });
        await dialog.Result;
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (RefusedException refusal) when (refusal.Code == "account.proofNeeded")
        {
            var question = new Question(Texts["ConfirmTitle"], Refusals.For(refusal), Texts["ConfirmGo"], Texts["Cancel"]) { IsGrave = false };
            if (await Dialogs.AskAsync(question))
            {
                Navigation.NavigateTo(ConfirmPage.PathTo("/people"), forceLoad: true);
            }

            return false;
        }
        catch (RefusedException refusal)
        {
            Snackbar.Refuse(Refusals.For(refusal));
            return false;
        }
    }

    private string RoleName(PersonRow person) => Texts[person.Role == Roles.Staff ? "RoleStaff" : "RoleResident"];

    private string Seen(PersonRow person) => person.LastSeenAt is { } at ? HouseTimes.Show(at, _zone) : Texts["PersonNeverSeen"];
}
