namespace MqttChat.Domain.Chat;

/// <summary>A post that waits for the writer. Either the writer takes it or its poster gives it up, never both.</summary>
internal sealed class PendingPost(string authorId, int roomId, string text, string clientMessageId)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int GivenUp = 2;
    private readonly TaskCompletionSource<PostResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;

    public string AuthorId { get; } = authorId;

    public int RoomId { get; } = roomId;

    public string Text { get; } = text;

    public string ClientMessageId { get; } = clientMessageId;

    /// <summary>When it was written, for one that is brought in from elsewhere; else the time of its storing counts.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    public Task<PostResult> Result => _result.Task;

    /// <summary>The writer will store it or refuse it; also true when it had taken it before.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) != GivenUp;

    /// <summary>The poster waits no longer; false when the writer is at it already.</summary>
    public bool TryGiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting;

    /// <summary>The message it becomes in its place of the room.</summary>
    public Message ToMessage(long sequence, long change, DateTimeOffset sentAt) => new()
    {
        RoomId = RoomId,
        Sequence = sequence,
        Change = change,
        AuthorId = AuthorId,
        Text = Text,
        ClientMessageId = ClientMessageId,
        SentAt = WrittenAt ?? sentAt,
    };

    public void Succeed(PostResult result) => _result.TrySetResult(result);

    public void Fail(Exception error)
    {
        _result.TrySetException(error);
        // Whoever gave up looks no more; the error is not lost, for the writer has logged it.
        _ = _result.Task.Exception;
    }
}
