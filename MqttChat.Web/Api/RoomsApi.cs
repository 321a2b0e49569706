using System.Security.Claims;
using System.Text.Json.Serialization;
using MqttChat.Domain.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Api;

/// <summary>The API's calls about rooms and who belongs to them.</summary>
internal static class RoomsApi
{
    internal sealed record NewRoom(string? Name, bool IsOpen);

    internal sealed record RoomBody(int Id, string Name, bool IsOpen);

    internal sealed record RoomListItem(int Id, string Name, bool IsOpen, bool IsMember, int Unread, DateTimeOffset? LastMessageAt)
    {
        /// <summary>Told only where it is so: a resident asks me in; joining or writing there accepts.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool IsInvited { get; init; }
    }

    internal sealed record RoomListBody(IEnumerable<RoomListItem> Items, bool More);

    public static RouteGroupBuilder MapRoomsApi(this RouteGroupBuilder api)
    {
        var rooms = api.MapGroup("rooms").WithTags("Rooms");
        rooms.MapGet("", ListAsync).WithSummary("My rooms, those I am invited into, and the open ones");
        rooms.MapPost("", CreateAsync).WithSummary("Makes a room; the maker is a member");
        rooms.MapPost("{id:int}/join", async (int id, RoomMembers members, ClaimsPrincipal user, CancellationToken cancellation) =>
        {
            await members.JoinAsync(user.ToViewer(), id, cancellation);
            return TypedResults.NoContent();
        }).WithSummary("Enters an open room, or accepts an invitation");
        rooms.MapPost("{id:int}/decline", async (int id, RoomInvitations invitations, ClaimsPrincipal user, CancellationToken cancellation) =>
        {
            await invitations.DeclineAsync(user.ToViewer(), id, cancellation);
            return TypedResults.NoContent();
        }).WithSummary("Declines an invitation into a room");
        rooms.MapPost("{id:int}/leave", async (int id, RoomMembers members, ClaimsPrincipal user, CancellationToken cancellation) =>
        {
            await members.LeaveAsync(user.ToViewer(), id, cancellation);
            return TypedResults.NoContent();
        }).WithSummary("Leaves a room");
        rooms.MapPut("{id:int}/members/{userId}", async (
            int id, string userId, RoomMembers members, ClaimsPrincipal user, CancellationToken cancellation) =>
        {
            await members.AddAsync(user.ToViewer(), id, userId, cancellation);
            return TypedResults.NoContent();
        }).WithSummary("Staff add a member; an owner invites one");
        rooms.MapDelete("{id:int}/members/{userId}", async (
            int id, string userId, RoomMembers members, ClaimsPrincipal user, CancellationToken cancellation) =>
        {
            await members.RemoveAsync(user.ToViewer(), id, userId, cancellation);
            return TypedResults.NoContent();
        }).WithSummary("Removes a member, or takes an invitation back (owner and staff)");
        return api;
    }

    private static async Task<RoomListBody> ListAsync(RoomDirectory rooms, ClaimsPrincipal user, CancellationToken cancellation) =>
        new((await rooms.ListAsync(user.ToViewer(), cancellation)).Select(room =>
            new RoomListItem(room.Id, room.Name, room.IsOpen, room.IsMember, room.Unread, room.LastMessageAt) { IsInvited = room.InvitedBy is not null }), More: false);

    private static async Task<IResult> CreateAsync(
        NewRoom body, RoomDirectory rooms, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var room = await rooms.CreateAsync(user.ToViewer(), body.Name, body.IsOpen, cancellation);
        return TypedResults.Created($"/api/v1/rooms/{room.Id}/messages", new RoomBody(room.Id, room.Name, room.IsOpen));
    }
}
