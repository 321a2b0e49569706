namespace MqttChat.Domain.Chat;

/// <summary>
/// What the world outside calls a message: its room and its place there, both of which its readers know, in one number that JSON holds
/// exactly. The table's own key counts the messages of all rooms, and would tell a reader of one how much is written in the others.
/// </summary>
internal static class MessageId
{
    private const int SequenceBits = 32;

    /// <summary>The id of a message.</summary>
    public static long Of(int roomId, long sequence) => ((long)roomId << SequenceBits) | (uint)sequence;

    /// <summary>Which message an id names; whether there is one is not asked.</summary>
    public static (int RoomId, long Sequence) Parse(long id) => ((int)(id >> SequenceBits), (uint)id);
}
