using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Rooms;
using MqttChat.Web.Shell;
using MqttChat.Web.Shell.Controls;
using MudBlazor;

namespace MqttChat.Web.Rooms;

/// <summary>Who belongs to a room, and its settings. What is grave is asked first; what was done is said, with a way back.</summary>
public sealed partial class MembersPage(
    RoomDirectory rooms, RoomMembers members, RoomInvitations invitations, AuthenticationStateProvider authentication, RefusalMessages refusals,
    NavigationManager navigation, IStringLocalizer<RoomTexts> texts, IDialogService dialogs, ISnackbar snackbar) : ComponentBase
{
    private const int PageSize = 50;
    private const int CandidateCount = 8;
    private readonly List<RoomMember> _members = [];
    private IReadOnlyList<RoomCandidate> _candidates = [];
    private IReadOnlyList<InvitedPerson> _invited = [];
    private Viewer? _viewer;
    private RoomDetails? _room;
    private string _name = "";
    private string _search = "";
    private bool _more;
    private string? _error;
    private string? _nameError;

    /// <summary>Which room.</summary>
    [Parameter]
    public int Id { get; set; }

    private IStringLocalizer<RoomTexts> Texts => texts;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        _viewer ??= await authentication.ViewerAsync();
        await TryAsync(() => Task.CompletedTask);
    }

    private async Task AddAsync(RoomCandidate person)
    {
        if (await TryAsync(() => members.AddAsync(_viewer!, Id, person.UserId, CancellationToken.None)))
        {
            snackbar.Say(_viewer!.IsStaff ? Texts["Saved"] : Texts["Invited", person.Name]);
        }
    }

    private async Task WithdrawAsync(InvitedPerson person)
    {
        if (await TryAsync(() => members.RemoveAsync(_viewer!, Id, person.UserId, CancellationToken.None)))
        {
            snackbar.Say(Texts["Withdrawn", person.Name]);
        }
    }

    private async Task RemoveAsync(RoomMember member)
    {
        RemovedMember? removed = null;
        if (await dialogs.AskAsync(RoomQuestions.Remove(texts, member.Name))
            && await TryAsync(async () => removed = await members.RemoveAsync(_viewer!, Id, member.UserId, CancellationToken.None)))
        {
            snackbar.Say(Texts["Removed", member.Name], removed is null ? null : Texts["Undo"].Value, removed is null ? null : () => InvokeAsync(async () =>
            {
                await TryAsync(() => members.RestoreAsync(_viewer!, removed, CancellationToken.None));
                StateHasChanged();
            }));
        }
    }

    private async Task RenameAsync()
    {
        _nameError = null;
        try
        {
            await rooms.RenameAsync(_viewer!, Id, _name, CancellationToken.None);
            await LoadAsync();
            snackbar.Say(Texts["Saved"]);
        }
        catch (RefusedException refusal) when (refusal.Field == "name")
        {
            _nameError = refusals.For(refusal);
        }
        catch (RefusedException refusal)
        {
            Refuse(refusal);
        }
    }

    private Task SetOpenAsync(ChangeEventArgs change) => SaveAsync(() => rooms.SetOpenAsync(_viewer!, Id, change.Value is true, CancellationToken.None));

    private Task SetSwitchAsync(ChangeEventArgs change) =>
        SaveAsync(() => rooms.SetMembersMaySwitchAsync(_viewer!, Id, change.Value is true, CancellationToken.None));

    private async Task ArchiveAsync()
    {
        var (room, archived) = (_room!, !_room!.IsArchived);
        if ((!archived || await dialogs.AskAsync(RoomQuestions.Archive(texts, room.Name)))
            && await TryAsync(() => rooms.SetArchivedAsync(_viewer!, Id, archived, CancellationToken.None)))
        {
            snackbar.Say(Texts[archived ? "Archived" : "Unarchived", room.Name]);
        }
    }

    private async Task DeleteAsync()
    {
        var room = _room!;
        if (await dialogs.AskAsync(RoomQuestions.Delete(texts, room.Name)))
        {
            await GoAsync(() => rooms.DeleteAsync(_viewer!, Id, CancellationToken.None), Texts["RoomDeleted", room.Name]);
        }
    }

    private async Task LeaveAsync()
    {
        if (await dialogs.AskAsync(RoomQuestions.Leave(texts, _room!.Name)))
        {
            await GoAsync(() => members.LeaveAsync(_viewer!, Id, CancellationToken.None), null);
        }
    }

    private async Task GoAsync(Func<Task> act, string? said)
    {
        try
        {
            await act();
            if (said is not null)
            {
                snackbar.Say(said);
            }

            navigation.NavigateTo("/rooms");
        }
        catch (RefusedException refusal)
        {
            Refuse(refusal);
        }
    }

    private Task SearchAsync(ChangeEventArgs change)
    {
        _search = change.Value as string ?? "";
        return TryAsync(() => Task.CompletedTask);
    }

    private async Task MoreAsync()
    {
        try
        {
            var page = await members.ListAsync(_viewer!, Id, _members.Count, PageSize, CancellationToken.None);
            _members.AddRange(page.Items);
            _more = page.More;
        }
        catch (RefusedException refusal)
        {
            Refuse(refusal);
        }
    }

    private async Task SaveAsync(Func<Task> act)
    {
        if (await TryAsync(act))
        {
            snackbar.Say(Texts["Saved"]);
        }
    }

    private async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            await LoadAsync();
            return true;
        }
        catch (RefusedException refusal)
        {
            Refuse(refusal);
            return false;
        }
    }

    private void Refuse(RefusedException refusal)
    {
        if (refusal.Code == "room.notFound" || _room is null)
        {
            (_room, _error) = (null, refusals.For(refusal));
            return;
        }

        snackbar.Refuse(refusals.For(refusal));
    }

    private async Task LoadAsync()
    {
        _room = await rooms.FindAsync(_viewer!, Id, CancellationToken.None);
        (_name, _nameError) = (_room.Name, null);
        var page = await members.ListAsync(_viewer!, Id, 0, Math.Max(PageSize, Math.Min(_members.Count, RoomMembers.MaxPage)), CancellationToken.None);
        _members.Clear();
        _members.AddRange(page.Items);
        _more = page.More;
        _candidates = _room.MayManage
            ? (await members.CandidatesAsync(_viewer!, Id, _search, CandidateCount, CancellationToken.None)).Items
            : [];
        _invited = _room.MayManage ? (await invitations.ListAsync(_viewer!, Id, RoomMembers.MaxPage, CancellationToken.None)).Items : [];
    }
}
