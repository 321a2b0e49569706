using MqttChat.Domain;
using MqttChat.Domain.Rooms;

namespace MqttChat.Web.Rooms;

/// <summary>Rooms into which the viewer is asked: come in, or decline for good.</summary>
public sealed partial class RoomList
{
    private string? _inviteError;

    private Task AcceptAsync(RoomSummary room) => AnswerAsync(async () =>
    {
        await members.JoinAsync(Viewer, room.Id, CancellationToken.None);
        navigation.NavigateTo($"/rooms/{room.Id}");
    });

    private Task DeclineAsync(RoomSummary room) =>
        AnswerAsync(() => invitations.DeclineAsync(Viewer, room.Id, CancellationToken.None));

    private async Task AnswerAsync(Func<Task> act)
    {
        string? error = null;
        try
        {
            await act();
        }
        catch (RefusedException refusal)
        {
            error = refusals.For(refusal);
        }

        _inviteError = error;
    }
}
