using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Accounts;

/// <summary>The codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 s, which all of them speak.</summary>
public static class AuthenticatorCode
{
    /// <summary>Digits of a code.</summary>
    public const int Length = 6;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int KeyLength = 32;
    private const int SecondsPerStep = 30;

    // As Identity's own: a house's machine without a time server drifts, and then nobody could come in.
    private const int StepsAround = 2;

    /// <summary>A new key: 160 random bits (the length of RFC 4226) as base32.</summary>
    public static string NewKey() => RandomNumberGenerator.GetString(Base32, KeyLength);

    /// <summary>Whether the text is a key as <see cref="NewKey"/> makes them.</summary>
    public static bool IsKey(string? text) => text is { Length: KeyLength } && text.All(letter => Base32.Contains(letter, StringComparison.Ordinal));

    /// <summary>The code as it is compared: apps show it in groups, and people type it so. Null when it is no code.</summary>
    public static string? Read(string? typed)
    {
        var code = typed is { Length: <= 20 } ? string.Concat((PlainText.Folded(typed) ?? "").Where(letter => !char.IsWhiteSpace(letter))) : "";
        return code.Length == Length && code.All(char.IsAsciiDigit) ? code : null;
    }

    /// <summary>The code of a step of 30 s, counted from 1970.</summary>
    public static string At(string key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(Bytes(key), counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & int.MaxValue;
        return $"{number % 1_000_000:000000}";
    }

    /// <summary>The step whose code this is, a little before or after <paramref name="now"/>; null when it is none's.</summary>
    public static long? StepOf(string key, string? typed, DateTimeOffset now)
    {
        if (Read(typed) is not { } code)
        {
            return null;
        }

        var present = now.ToUnixTimeSeconds() / SecondsPerStep;
        long? found = null;
        for (var step = present - StepsAround; step <= present + StepsAround; step++)
        {
            found = SecretCode.Same(code, At(key, step)) ? step : found;
        }

        return found;
    }

    private static byte[] Bytes(string key)
    {
        var bytes = new byte[key.Length * 5 / 8];
        var (bits, count, at) = (0, 0, 0);
        foreach (var letter in key)
        {
            bits = ((bits << 5) | Base32.IndexOf(letter, StringComparison.Ordinal)) & 0xFFFF;
            count += 5;
            if (count >= 8)
            {
                count -= 8;
                bytes[at++] = (byte)(bits >> count);
            }
        }

        return bytes;
    }
}

/// <summary>
/// Identity's provider of authenticator codes, by the injected clock, and such that a code works once (RFC 6238, 5.2): who looked over
/// a shoulder, or sits between, has nothing of it.
/// </summary>
public sealed class AuthenticatorCodes(HouseDbContext house, TimeProvider clock) : AuthenticatorTokenProvider<AppUser>
{
    /// <inheritdoc />
    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<AppUser> manager, AppUser user)
    {
        var key = await manager.GetAuthenticatorKeyAsync(user);
        if (!AuthenticatorCode.IsKey(key) || AuthenticatorCode.StepOf(key!, token, clock.GetUtcNow()) is not { } step)
        {
            return false;
        }

        // In one statement: of two who bring the same code at once, one comes in.
        if (await house.Users.Where(known => known.Id == user.Id && (known.LastCodeStep == null || known.LastCodeStep < step))
            .ExecuteUpdateAsync(set => set.SetProperty(known => known.LastCodeStep, step)) != 1)
        {
            return false;
        }

        // Here too: Identity writes whole rows, and would put the old step back.
        user.LastCodeStep = step;
        return true;
    }
}
