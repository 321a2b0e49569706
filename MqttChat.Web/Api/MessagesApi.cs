using System.Security.Claims;
using MqttChat.Domain.Chat;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Api;

/// <summary>The API's calls about messages.</summary>
internal static class MessagesApi
{
    internal sealed record NewMessage(string? Text, string? ClientMessageId);

    /// <summary>An edit; with <c>basedOn</c> (<c>editedAt</c>, else <c>sentAt</c>, of what was read) it changes no other text than that one.</summary>
    internal sealed record ChangedText(string? Text, DateTimeOffset? BasedOn = null);

    internal sealed record AuthorBody(string Id, string Name);

    internal sealed record MessageBody(
        long Id, int RoomId, long Sequence, long Change, AuthorBody Author, string? Text, string ClientMessageId,
        DateTimeOffset SentAt, DateTimeOffset? EditedAt, DateTimeOffset? DeletedAt);

    internal sealed record MessageListBody(IEnumerable<MessageBody> Items, long LastChange, bool More);

    public static RouteGroupBuilder MapMessagesApi(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("").WithTags("Messages");
        messages.MapGet("rooms/{id:int}/messages", async (
            int id, long? before, long? after, int? limit, ChatRooms chat, ClaimsPrincipal user, CancellationToken cancellation) =>
            Body(await chat.ReadAsync(user.ToViewer(), id, before, after, limit ?? ChatRooms.DefaultPage, cancellation)))
            .WithSummary("A page of messages by sequence");
        messages.MapGet("rooms/{id:int}/changes", async (
            int id, long? since, int? limit, ChatRooms chat, ClaimsPrincipal user, CancellationToken cancellation) =>
            Body(await chat.ChangesAsync(user.ToViewer(), id, since ?? 0, limit ?? ChatRooms.DefaultPage, cancellation)))
            .WithSummary("What changed since a change number");
        messages.MapPost("rooms/{id:int}/messages", PostAsync).WithSummary("Posts a message; a repeat returns the first one");
        messages.MapPatch("messages/{id:long}", async (
            long id, ChangedText body, ChatRooms chat, ClaimsPrincipal user, CancellationToken cancellation) =>
            Body(await chat.EditAsync(user.ToViewer(), id, body.Text, body.BasedOn, cancellation)))
            .WithSummary("Changes the text of an own message");
        messages.MapDelete("messages/{id:long}", async (
            long id, ChatRooms chat, ClaimsPrincipal user, CancellationToken cancellation) =>
        {
            await chat.DeleteAsync(user.ToViewer(), id, cancellation);
            return TypedResults.NoContent();
        }).WithSummary("Deletes a message (author; the room's owner and staff)");
        return api;
    }

    private static async Task<IResult> PostAsync(
        int id, NewMessage body, ChatRooms chat, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var result = await chat.PostAsync(user.ToViewer(), id, body.Text, body.ClientMessageId, cancellation);
        return result.IsRepeat
            ? TypedResults.Ok(Body(result.Message))
            : TypedResults.Created($"/api/v1/rooms/{id}/messages?after={result.Message.Sequence - 1}&limit=1", Body(result.Message));
    }

    private static MessageListBody Body(MessagePage page) => new(page.Items.Select(Body), page.LastChange, page.More);

    private static MessageBody Body(MessageView message) => new(
        message.Id, message.RoomId, message.Sequence, message.Change, new AuthorBody(message.AuthorId, message.AuthorName),
        message.Text, message.ClientMessageId, message.SentAt, message.EditedAt, message.DeletedAt);
}
