using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>
/// Every use case of a room's messages. Membership is checked at each; what is not the viewer's is answered like what is
/// not there. Throws <see cref="RefusedException"/>; <c>message.tryAgain</c> when the database is locked, full or away.
/// </summary>
public sealed class ChatRooms(
    IDbContextFactory<HouseDbContext> houses, PostWriter posts, PostLimiter limiter, RoomInvitations invitations, AuthorNames names, ReadMarks marks,
    SignalHub signals, TimeProvider clock, ILogger<ChatRooms> logger)
{
    /// <summary>How many messages a page holds unless told otherwise.</summary>
    public const int DefaultPage = 50;

    /// <summary>The most messages that one page holds.</summary>
    public const int MaxPage = 200;

    /// <summary>
    /// Stores a message. A repeat of (author, <paramref name="clientMessageId"/>) returns the first one. Throws <c>message.empty</c>,
    /// <c>message.tooLong</c>, <c>message.unreadable</c>, <c>message.clientMessageId</c>, <c>message.tooMany</c>, <c>room.notFound</c>, <c>room.archived</c>,
    /// <c>message.idInOtherRoom</c>.
    /// </summary>
    public async Task<PostResult> PostAsync(
        Viewer viewer, int roomId, string? text, string? clientMessageId, CancellationToken cancellation)
    {
        using var activity = HouseActivities.Source.StartActivity("post");
        try
        {
            return await PostOnceAsync(viewer, roomId, text, clientMessageId, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            activity.Failed(error);
            posts.Counters.CountRefused(error);
            throw;
        }
    }

    private async Task<PostResult> PostOnceAsync(
        Viewer viewer, int roomId, string? text, string? clientMessageId, CancellationToken cancellation)
    {
        var post = new PendingPost(
            viewer.UserId, roomId, MessageText.Check(text), MessageText.CheckClientMessageId(clientMessageId));
        try
        {
            limiter.Count(viewer.UserId);
        }
        catch (RefusedException)
        {
            // A repeat asks for nothing new: refused, its sender would take a stored message for lost.
            if (await FirstAsync(viewer, post, cancellation).ConfigureAwait(false) is { } first)
            {
                return new PostResult(first, true);
            }

            throw;
        }

        try
        {
            return await posts.WriteAsync(post, cancellation).ConfigureAwait(false);
        }
        catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            // Whoever was asked in and writes has answered.
            if (!await invitations.AcceptAsync(viewer, roomId, cancellation).ConfigureAwait(false))
            {
                throw;
            }
        }

        return await posts.WriteAsync(
            new PendingPost(post.AuthorId, roomId, post.Text, post.ClientMessageId), cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Changes an own message's text. Throws <c>message.notAuthor</c>, <c>message.deleted</c> and as a post does; and
    /// <c>message.changedMeanwhile</c> when it is no longer the text of <paramref name="basedOn"/> (its <see cref="MessageView.TextAt"/>).
    /// The same text again is no change.
    /// </summary>
    public async Task<MessageView> EditAsync(
        Viewer viewer, long messageId, string? text, DateTimeOffset? basedOn, CancellationToken cancellation)
    {
        var clean = MessageText.Check(text);
        limiter.Count(viewer.UserId);
        var edited = await ChangeAsync(viewer, messageId, mayModerate: false, message =>
        {
            if (message.DeletedAt is not null)
            {
                throw RefusedException.Conflict("message.deleted");
            }

            if (message.Text == clean)
            {
                return false;
            }

            message.Rewrite(clean, basedOn, clock.GetUtcNow());
            return true;
        }, cancellation).ConfigureAwait(false);
        return (await names.WithNamesAsync([edited], cancellation).ConfigureAwait(false))[0];
    }

    /// <summary>Takes a message's text away and keeps its row; again is no error. Author, the room's owner and staff.</summary>
    public Task DeleteAsync(Viewer viewer, long messageId, CancellationToken cancellation) =>
        ChangeAsync(viewer, messageId, mayModerate: true, message =>
        {
            if (message.DeletedAt is not null)
            {
                return false;
            }

            message.Text = null;
            message.DeletedAt = clock.GetUtcNow();
            return true;
        }, cancellation);

    /// <summary>
    /// A page of messages, ascending by sequence, with the room's counter of the same moment: before or after a sequence
    /// (exclusive), or the newest. Throws <c>message.limit</c>, <c>message.cursor</c>.
    /// </summary>
    public Task<MessagePage> ReadAsync(
        Viewer viewer, int roomId, long? before, long? after, int limit, CancellationToken cancellation)
    {
        CheckLimit(limit);
        if (before < 0 || after < 0 || (before is not null && after is not null))
        {
            throw RefusedException.Invalid("message.cursor", before < 0 || after is not null ? "before" : "after");
        }

        return RunAsync(async house =>
        {
            var access = (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireReader();
            var messages = house.Messages.AsNoTracking().Where(message => message.RoomId == roomId);
            messages = after is not null
                ? messages.Where(message => message.Sequence > after).OrderBy(message => message.Sequence)
                : messages.Where(message => before == null || message.Sequence < before)
                    .OrderByDescending(message => message.Sequence);
            // One statement, so that the counter and the messages are of one moment.
            var read = await messages.Take(limit + 1).Select(message => new
            {
                Message = message,
                LastChange = house.Rooms.Where(room => room.Id == roomId).Select(room => room.LastChange).First(),
            }).ToListAsync(cancellation);
            var views = read.Take(limit).Select(row => MessageReading.View(row.Message)).OrderBy(message => message.Sequence).ToList();
            return new MessagePage(
                await names.WithNamesAsync(views, cancellation),
                read.Count > 0 ? read[0].LastChange : access.Room.LastChange,
                read.Count > limit);
        }, cancellation);
    }

    /// <summary>The newest message of the viewer's own in the room that is not deleted; null when there is none.</summary>
    public Task<MessageView?> NewestOwnAsync(Viewer viewer, int roomId, CancellationToken cancellation) =>
        RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireMember();
            var newest = await house.Messages.AsNoTracking()
                .Where(message => message.RoomId == roomId && message.AuthorId == viewer.UserId && message.DeletedAt == null)
                .OrderByDescending(message => message.Sequence).FirstOrDefaultAsync(cancellation);
            return newest is null ? null : MessageReading.View(newest);
        }, cancellation);

    /// <summary>What changed after <paramref name="since"/>, ascending by change. Throws <c>message.limit</c>, <c>message.cursor</c>.</summary>
    public Task<MessagePage> ChangesAsync(Viewer viewer, int roomId, long since, int limit, CancellationToken cancellation)
    {
        CheckLimit(limit);
        if (since < 0)
        {
            throw RefusedException.Invalid("message.cursor", "since");
        }

        return RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireReader();
            var page = await MessageReading.ChangesAsync(house, roomId, since, limit, cancellation);
            return page with { Items = await names.WithNamesAsync(page.Items, cancellation) };
        }, cancellation);
    }

    /// <summary>
    /// Notes that the viewer has seen the room up to a sequence, on whatever device. Never goes back. Does not wait: marks are
    /// stored together, and one that is lost is set again at the next look.
    /// </summary>
    public void MarkRead(Viewer viewer, int roomId, long sequence) => marks.Note(roomId, viewer.UserId, sequence);

    /// <summary>The highest sequence the viewer has seen in the room. Throws <c>room.notFound</c>.</summary>
    public Task<long> LastReadAsync(Viewer viewer, int roomId, CancellationToken cancellation) =>
        RunAsync(async house => await house.Memberships
            .Where(membership => membership.RoomId == roomId && membership.UserId == viewer.UserId)
            .Select(membership => (long?)membership.LastReadSequence)
            .SingleOrDefaultAsync(cancellation) ?? throw RoomAccess.NotFound(), cancellation);

    // What a post was stored as before; null when it is new.
    private Task<MessageView?> FirstAsync(Viewer viewer, PendingPost post, CancellationToken cancellation) =>
        RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, post.RoomId, cancellation)).RequireMember();
            var first = await house.Messages.AsNoTracking().SingleOrDefaultAsync(
                message => message.AuthorId == post.AuthorId && message.ClientMessageId == post.ClientMessageId, cancellation);
            return first is null ? null
                : first.RoomId != post.RoomId ? throw RefusedException.Conflict("message.idInOtherRoom")
                : (await names.WithNamesAsync([MessageReading.View(first)], cancellation))[0];
        }, cancellation);

    private static void CheckLimit(int limit)
    {
        if (limit is < 1 or > MaxPage)
        {
            throw RefusedException.Invalid("message.limit", "limit");
        }
    }

    private async Task<MessageView> ChangeAsync(
        Viewer viewer, long messageId, bool mayModerate, Func<Message, bool> change, CancellationToken cancellation)
    {
        var (message, changed) = await RunAsync(async house =>
        {
            await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
            var (roomId, sequence) = MessageId.Parse(messageId);
            if (!await house.Messages.AnyAsync(message => message.RoomId == roomId && message.Sequence == sequence, cancellation))
            {
                throw NotFound();
            }

            // The room's row first: its lock orders the changes, and whoever edits at the same time waits here.
            await house.Rooms.Where(room => room.Id == roomId).ExecuteUpdateAsync(
                set => set.SetProperty(room => room.LastChange, room => room.LastChange + 1), cancellation);
            var access = await RoomAccess.LoadAsync(house, viewer, roomId, cancellation);
            var message = await house.Messages.SingleAsync(message => message.RoomId == roomId && message.Sequence == sequence, cancellation);
            Authorize(access, viewer, message, mayModerate);
            if (!change(message))
            {
                return (MessageReading.View(message), false);
            }

            message.Change = access.Room.LastChange;
            await house.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return (MessageReading.View(message), true);
        }, cancellation).ConfigureAwait(false);
        if (changed)
        {
            signals.Publish(ReloadSignal.Room(message.RoomId));
        }

        return message;
    }

    private static void Authorize(RoomAccess access, Viewer viewer, Message message, bool mayModerate)
    {
        if (!access.IsMember && !(mayModerate && access.IsStaff))
        {
            throw NotFound();
        }

        if (message.AuthorId != viewer.UserId && !(mayModerate && access.MayModerate))
        {
            throw RefusedException.Forbidden("message.notAuthor");
        }

        if (!mayModerate)
        {
            access.RequireLiving();
        }
    }

    private static RefusedException NotFound() => RefusedException.NotFound("message");

    private Task<T> RunAsync<T>(Func<HouseDbContext, Task<T>> work, CancellationToken cancellation) =>
        Storage.RunAsync(async () =>
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            return await work(house);
        }, "message.tryAgain", logger, cancellation);
}
