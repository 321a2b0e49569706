using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MqttChat.Domain.Devices;

/// <summary>Passwords of plugs: made here, never chosen, so that the work of guessing lies in the password and not in the hash.</summary>
public static class BrokerPassword
{
    // What cannot be mistaken when it is typed on a phone; nothing that a plug's console would read as its own.
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Length = 20;

    // As mosquitto_passwd writes it (2.0, mosquitto_passwd.c): one form for the file that we print and for what we check.
    private const int Iterations = 101;
    private const int SaltBytes = 12;
    private const int HashBytes = 64;

    /// <summary>A new one: 20 letters and digits, 99 random bits.</summary>
    public static string New() => RandomNumberGenerator.GetString(Letters, Length);

    /// <summary><c>$7$iterations$salt$hash</c>, PBKDF2 with SHA-512: what stands behind the user's name in Mosquitto's password file.</summary>
    public static string HashOf(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return $"$7${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, Iterations))}";
    }

    /// <summary>Whether a password is the one that was hashed; in a time that tells nothing about where the two differ.</summary>
    public static bool Matches(string? password, string? hash)
    {
        if (password is null || hash?.Split('$') is not ["", "7", var iterations, var salt, var expected]
            || !int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Derive(password, Convert.FromBase64String(salt), count), Convert.FromBase64String(expected));
    }

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, HashBytes);
}
