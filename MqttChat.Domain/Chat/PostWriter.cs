using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>
/// Commits the posts that wait for the writer together. Each poster gets an own result; a post that cannot be stored does not
/// fail the others.
/// </summary>
public sealed class PostWriter : IDisposable
{
    /// <summary>How long a poster waits before being told to try again.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private const int MaxWaiting = 1000;
    private const int MaxBatch = 100;

    private readonly PostTransaction _transaction;
    private readonly SignalHub _signals;
    private readonly TimeProvider _clock;
    private readonly ILogger<PostWriter> _logger;
    private readonly Coalescer _writes;
    private readonly Channel<PendingPost> _waiting = Channel.CreateBounded<PendingPost>(MaxWaiting);

    /// <summary>Made once an instance.</summary>
    public PostWriter(PostTransaction transaction, SignalHub signals, TimeProvider clock, ILogger<PostWriter> logger)
    {
        _transaction = transaction;
        _signals = signals;
        _clock = clock;
        _logger = logger;
        _writes = new Coalescer(WriteWaitingAsync, TimeSpan.Zero, clock, error => logger.LogError(error, "Writing posts failed"));
    }

    /// <summary>How many transactions were committed; for tests and measurements.</summary>
    internal int Commits { get; private set; }

    /// <summary>What became of posts.</summary>
    public PostCounters Counters { get; } = new();

    /// <inheritdoc />
    public void Dispose() => _writes.Dispose();

    /// <summary>Waits for the post's own result; <c>message.tryAgain</c> when the writer does not come to it in time.</summary>
    internal async Task<PostResult> WriteAsync(PendingPost post, CancellationToken cancellation)
    {
        if (!_waiting.Writer.TryWrite(post))
        {
            throw TryAgain();
        }

        _writes.Request();
        try
        {
            return await post.Result.WaitAsync(Patience, _clock, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException && post.TryGiveUp())
        {
            throw error is TimeoutException ? TryAgain() : error;
        }
        catch (TimeoutException)
        {
            // The writer holds the lock by now: its answer is near. If not even that comes, a repeat finds what was stored.
            return await post.Result.WaitAsync(TimeSpan.FromMilliseconds(800), _clock, cancellation)
                .ContinueWith(
                    done => done.IsCompletedSuccessfully ? done.Result : throw done.Exception?.InnerException as RefusedException ?? TryAgain(),
                    cancellation, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private static RefusedException TryAgain() => new(RefusalKind.Unavailable, "message.tryAgain");

    private async Task WriteWaitingAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var batch = new List<PendingPost>();
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var post))
            {
                batch.Add(post);
            }

            if (batch.Count == 0)
            {
                return;
            }

            await WriteAsync(batch, cancellation).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(List<PendingPost> batch, CancellationToken cancellation)
    {
        try
        {
            await CommitAsync(batch, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is DbUpdateException || StoreFaults.IsDeadlock(error))
        {
            // A single row was refused, for example because another instance stored the same post just now; or all was undone in a
            // deadlock, and those of one room alone cannot meet another again.
            _logger.LogInformation(error, "{Count} posts are stored one by one", batch.Count);
            foreach (var post in batch)
            {
                await WriteOneAsync(post, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            Fail(batch, error);
        }
    }

    private async Task WriteOneAsync(PendingPost post, CancellationToken cancellation)
    {
        try
        {
            await CommitAsync([post], cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Fail([post], error);
        }
    }

    private async Task CommitAsync(List<PendingPost> batch, CancellationToken cancellation)
    {
        var outcome = await _transaction.CommitAsync(batch, cancellation).ConfigureAwait(false);
        Commits++;
        foreach (var (post, result) in outcome.Stored)
        {
            Counters.Count(result);
            post.Succeed(result);
        }

        foreach (var (post, refusal) in outcome.Refused)
        {
            post.Fail(refusal);
        }

        foreach (var roomId in outcome.ChangedRooms)
        {
            _signals.Publish(ReloadSignal.Room(roomId));
        }
    }

    private void Fail(List<PendingPost> batch, Exception error)
    {
        _logger.LogWarning(error, "{Count} posts could not be stored", batch.Count);
        foreach (var post in batch)
        {
            post.Fail(error is OperationCanceledException || StoreFaults.IsFault(error) ? TryAgain() : error);
        }
    }
}
