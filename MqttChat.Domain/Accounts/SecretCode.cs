using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MqttChat.Domain.Accounts;

/// <summary>Codes that stand in links: 128 random bits, base64url, 22 characters.</summary>
public static class SecretCode
{
    /// <summary>A new one.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>What the database keeps: lower-case hex SHA-256. The code has 128 bits, so a plain hash cannot be searched.</summary>
    public static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    /// <summary>Compares in a time that tells nothing about where the two differ.</summary>
    public static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(left)), SHA256.HashData(Encoding.UTF8.GetBytes(right)));
}

/// <summary>The one-time code of this run that set-up asks for, so that a stranger who finds the page cannot take the house.</summary>
public sealed class SetupCode
{
    /// <summary>The code; printed on the console while the house is not set up, never stored.</summary>
    public string Value { get; } = SecretCode.New();

    /// <summary>Whether a visitor knows it.</summary>
    public bool Matches(string? code) => SecretCode.Same(code?.Trim() ?? "", Value);
}
