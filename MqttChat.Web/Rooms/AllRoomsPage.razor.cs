using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Web.Shell;
using MqttChat.Web.Shell.Controls;
using MudBlazor;

namespace MqttChat.Web.Rooms;

/// <summary>All rooms of the house, for staff, also those they are not in.</summary>
public sealed partial class AllRoomsPage(
    RoomDirectory directory, AuthenticationStateProvider authentication, SignalHub signals, IHttpContextAccessor http, HouseSettings house,
    TimeProvider clock, RefusalMessages refusals, IStringLocalizer<RoomTexts> texts, IDialogService dialogs, ISnackbar snackbar) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<RoomRow>? _rooms;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private Viewer? _viewer;
    private Coalescer? _reads;
    private IDisposable? _subscription;
    private string _search = "";

    private IStringLocalizer<RoomTexts> Texts => texts;

    /// <inheritdoc />
    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _subscription?.Dispose();
        _reads?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _viewer = await authentication.ViewerAsync();
        _zone = ZoneCookie.Find(http.HttpContext) ?? house.Current.Zone;
        if (RendererInfo.IsInteractive)
        {
            var show = ViewerCulture.Keep(ReadAndShowAsync);
            _reads = new Coalescer(_ => InvokeAsync(show), TimeSpan.FromSeconds(1), clock, error => _ = DispatchExceptionAsync(error));
            _subscription = signals.Subscribe(ReloadSignal.Rooms, _reads.Request);
            await ReadAsync();
        }
    }

    private async Task ReadAndShowAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            // What was asked for is done anyway; only the list is no longer there.
            return;
        }

        try
        {
            _rooms = await directory.AllAsync(_viewer!, _gone.Token);
        }
        catch (RefusedException refusal)
        {
            snackbar.Refuse(refusals.For(refusal));
        }
    }

    private bool Found(RoomRow room) =>
        string.IsNullOrWhiteSpace(_search)
        || CultureInfo.CurrentCulture.CompareInfo.IndexOf(room.Name, _search.Trim(), CompareOptions.IgnoreCase | CompareOptions.IgnoreWidth | CompareOptions.IgnoreKanaType) >= 0;

    // The menu closes before anything is asked.
    private void Choose(Func<Task> act) => _ = InvokeAsync(async () =>
    {
        try
        {
            await act();
            StateHasChanged();
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    });

    private async Task ArchiveAsync(RoomRow room)
    {
        if (room.IsArchived || await dialogs.AskAsync(RoomQuestions.Archive(texts, room.Name)))
        {
            await TryAsync(() => directory.SetArchivedAsync(_viewer!, room.Id, !room.IsArchived, CancellationToken.None), Texts[room.IsArchived ? "Unarchived" : "Archived", room.Name]);
        }
    }

    private async Task DeleteAsync(RoomRow room)
    {
        if (await dialogs.AskAsync(RoomQuestions.Delete(texts, room.Name)))
        {
            await TryAsync(() => directory.DeleteAsync(_viewer!, room.Id, CancellationToken.None), Texts["RoomDeleted", room.Name]);
        }
    }

    private async Task TryAsync(Func<Task> act, string said)
    {
        try
        {
            await act();
            snackbar.Say(said);
            await ReadAsync();
        }
        catch (RefusedException refusal)
        {
            snackbar.Refuse(refusals.For(refusal));
        }
    }

    private string Last(RoomRow room) =>
        room.LastMessageAt is { } at ? TimeZoneInfo.ConvertTime(at, _zone).ToString("g", CultureInfo.CurrentCulture) : Texts["Quiet"];
}
