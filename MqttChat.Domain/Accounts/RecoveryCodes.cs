using System.Security.Cryptography;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// Codes for the day when the phone is lost; each works once. 16 letters of 31 are 79 bits, so that the plain hash that the
/// database keeps cannot be searched.
/// </summary>
public static class RecoveryCodes
{
    /// <summary>How many there are at once.</summary>
    public const int Count = 8;

    // Without what is mistaken for each other when read from paper: 0 and o, 1 and l and i.
    private const string Letters = "23456789abcdefghjkmnpqrstuvwxyz";
    private const int Length = 16;
    private const int Group = 4;

    /// <summary>New ones, in groups of four as people read them.</summary>
    public static IReadOnlyList<string> New() =>
        [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', RandomNumberGenerator.GetString(Letters, Length).Chunk(Group).Select(letters => new string(letters))))];

    /// <summary>What the database keeps of a code, however it was typed; null when it cannot be one.</summary>
    public static string? HashOf(string? typed)
    {
        if (typed is not { Length: > 0 and <= 64 })
        {
            return null;
        }

        var letters = string.Concat((PlainText.Folded(typed) ?? "").ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
        return letters.Length == Length ? SecretCode.HashOf(letters) : null;
    }
}
