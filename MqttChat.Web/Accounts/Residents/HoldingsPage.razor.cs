using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Rooms;
using MqttChat.Web.Shell;
using MqttChat.Web.Shell.Controls;
using MudBlazor;

namespace MqttChat.Web.Accounts.Residents;

/// <summary>What staff clear of what one person has made.</summary>
public enum HoldingAct
{
    /// <summary>Rooms are read, but no longer written in.</summary>
    ArchiveRooms,
    /// <summary>Rooms go with all that was said in them.</summary>
    DeleteRooms,
    /// <summary>Whom the person asked into rooms.</summary>
    WithdrawRoomInvitations,
    /// <summary>Links into the house.</summary>
    RevokeInvitations,
    /// <summary>Facts in the profile.</summary>
    ClearTags,
}

/// <summary>Who has made how much in the house, for staff, who clear it; asked before, and undone where nothing was deleted.</summary>
public sealed partial class HoldingsPage(
    Holdings holdings, AuthenticationStateProvider state, RefusalMessages refusals, IStringLocalizer<HoldingsTexts> texts,
    IDialogService dialogs, ISnackbar snackbar) : ComponentBase, IDisposable
{
    private MudTable<Holding>? _table;
    private Viewer? _viewer;
    private bool _isLive;
    private bool _isGone;
    private int _total;

    [Inject]
    internal PeopleDesk Desk { get; set; } = null!;

    private IStringLocalizer<HoldingsTexts> Texts => texts;

    /// <inheritdoc />
    public void Dispose() => _isGone = true;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _viewer = await state.ViewerAsync();
        _isLive = RendererInfo.IsInteractive;
    }

    private async Task<TableData<Holding>> ReadAsync(TableState table, CancellationToken cancellation)
    {
        try
        {
            var order = Enum.TryParse<HoldingOrder>(table.SortLabel, out var wanted) ? wanted : HoldingOrder.Rooms;
            var (items, total) = await holdings.ListAsync(_viewer!, order, table.Page, table.PageSize, cancellation);
            _total = total;
            return new() { Items = items, TotalItems = total };
        }
        catch (RefusedException refusal)
        {
            snackbar.Refuse(refusals.For(refusal));
            return new() { Items = [] };
        }
    }

    private static IEnumerable<HoldingAct> Offered(Holding of) => new[]
    {
        (HoldingAct.ArchiveRooms, of.Rooms), (HoldingAct.DeleteRooms, of.Rooms + of.ArchivedRooms),
        (HoldingAct.WithdrawRoomInvitations, of.RoomInvitations), (HoldingAct.RevokeInvitations, of.Invitations), (HoldingAct.ClearTags, of.Tags),
    }.Where(act => act.Item2 > 0).Select(act => act.Item1);

    // The menu closes before anything is asked.
    private void Choose(Holding of, HoldingAct act) => _ = InvokeAsync(async () =>
    {
        try
        {
            var question = new Question(texts[$"Ask.{act}", of.Name], texts[$"AskText.{act}"], texts[$"AskYes.{act}"], texts["Cancel"])
            {
                IsGrave = act is HoldingAct.DeleteRooms or HoldingAct.ClearTags,
            };
            if (await dialogs.AskAsync(question))
            {
                await TryAsync(() => ActAsync(of, act));
            }
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    });

    private Task ActAsync(Holding of, HoldingAct act) => act switch
    {
        HoldingAct.ArchiveRooms => UndoablyAsync(
            act, holdings.ArchiveRoomsAsync(_viewer!, of.UserId, CancellationToken.None), rooms => holdings.UnarchiveRoomsAsync(_viewer!, rooms, CancellationToken.None)),
        HoldingAct.RevokeInvitations => UndoablyAsync(
            act, holdings.RevokeInvitationsAsync(_viewer!, of.UserId, CancellationToken.None), Desk.RestoreInvitationsAsync),
        HoldingAct.DeleteRooms => CountedAsync(act, holdings.DeleteRoomsAsync(_viewer!, of.UserId, CancellationToken.None)),
        HoldingAct.ClearTags => CountedAsync(act, holdings.ClearTagsAsync(_viewer!, of.UserId, CancellationToken.None)),
        _ => CountedAsync(act, holdings.WithdrawRoomInvitationsAsync(_viewer!, of.UserId, CancellationToken.None)),
    };

    private async Task CountedAsync(HoldingAct act, Task<int> work) => snackbar.Say(Done(act, await work));

    private async Task UndoablyAsync(HoldingAct act, Task<IReadOnlyList<int>> work, Func<IReadOnlyList<int>, Task> undo)
    {
        var done = await work;
        snackbar.Say(Done(act, done.Count), texts["Undo"], () => InvokeAsync(() => TryAsync(async () =>
        {
            await undo(done);
            snackbar.Say(texts["Undone"]);
        })));
    }

    private string Done(HoldingAct act, int count) => texts[$"Done.{act}", count.ToString(CultureInfo.CurrentCulture)];

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (RefusedException refusal)
        {
            snackbar.Refuse(refusals.For(refusal));
        }

        if (!_isGone && _table is not null)
        {
            await _table.ReloadServerData();
        }
    }
}
