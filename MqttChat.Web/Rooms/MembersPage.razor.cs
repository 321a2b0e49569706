using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Rooms;

/// <summary>Who belongs to a room, and its settings.</summary>
public sealed partial class MembersPage(
    RoomDirectory rooms, RoomMembers members, AuthenticationStateProvider authentication, RefusalMessages refusals,
    NavigationManager navigation, IStringLocalizer<RoomTexts> texts) : ComponentBase
{
    private const int PageSize = 50;
    private const int CandidateCount = 8;
    private readonly List<RoomMember> _members = [];
    private IReadOnlyList<RoomCandidate> _candidates = [];
    private Viewer? _viewer;
    private RoomDetails? _room;
    private string _name = "";
    private string _search = "";
    private bool _more;
    private string? _error;
    private string? _note;

    /// <summary>Which room.</summary>
    [Parameter]
    public int Id { get; set; }

    private IStringLocalizer<RoomTexts> Texts => texts;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        _viewer ??= await authentication.ViewerAsync();
        await TryAsync(() => Task.CompletedTask, note: false);
    }

    private Task AddAsync(RoomCandidate person) =>
        TryAsync(() => members.AddAsync(_viewer!, Id, person.UserId, CancellationToken.None));

    private Task RemoveAsync(RoomMember member) =>
        TryAsync(() => members.RemoveAsync(_viewer!, Id, member.UserId, CancellationToken.None));

    private Task RenameAsync() => TryAsync(() => rooms.RenameAsync(_viewer!, Id, _name, CancellationToken.None));

    private Task SetSwitchAsync(ChangeEventArgs change) =>
        TryAsync(() => rooms.SetMembersMaySwitchAsync(_viewer!, Id, change.Value is true, CancellationToken.None));

    private Task SearchAsync(ChangeEventArgs change)
    {
        _search = change.Value as string ?? "";
        return TryAsync(() => Task.CompletedTask, note: false);
    }

    private async Task LeaveAsync()
    {
        try
        {
            await members.LeaveAsync(_viewer!, Id, CancellationToken.None);
            navigation.NavigateTo("/rooms");
        }
        catch (RefusedException refusal)
        {
            Refuse(refusal);
        }
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

    private async Task TryAsync(Func<Task> act, bool note = true)
    {
        (_error, _note) = (null, null);
        try
        {
            await act();
            await LoadAsync();
            _note = note ? Texts["Saved"].Value : null;
        }
        catch (RefusedException refusal)
        {
            Refuse(refusal);
        }
    }

    private void Refuse(RefusedException refusal)
    {
        _error = refusals.For(refusal);
        if (refusal.Code == "room.notFound")
        {
            _room = null;
        }
    }

    private async Task LoadAsync()
    {
        _room = await rooms.FindAsync(_viewer!, Id, CancellationToken.None);
        _name = _room.Name;
        var page = await members.ListAsync(_viewer!, Id, 0, Math.Max(PageSize, Math.Min(_members.Count, RoomMembers.MaxPage)), CancellationToken.None);
        _members.Clear();
        _members.AddRange(page.Items);
        _more = page.More;
        _candidates = _room.MayManage
            ? (await members.CandidatesAsync(_viewer!, Id, _search, CandidateCount, CancellationToken.None)).Items
            : [];
    }
}
