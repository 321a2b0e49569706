namespace MqttChat.Domain.Accounts;

/// <summary>A device on which people have signed in before, as it shows by a sealed cookie.</summary>
/// <param name="Id">Random; names the device and nobody.</param>
/// <param name="Accounts">Who did, each with the security stamp of then: a new password or signing out everywhere ends it.</param>
public sealed record KnownDevice(string Id, IReadOnlyList<KnownAccount> Accounts)
{
    /// <summary>Whether that person has signed in on it, and has not changed the password since.</summary>
    public bool Knows(AppUser user) => Accounts.Any(known => known.UserId == user.Id && known.SecurityStamp == user.SecurityStamp);
}

/// <summary>One who signed in on a device.</summary>
public sealed record KnownAccount(string UserId, string SecurityStamp);

/// <summary>Who tries to sign in: from which network address, and on which device, if it is known.</summary>
public sealed record SignInFrom(string Address, KnownDevice? Device = null)
{
    /// <summary>An address alone.</summary>
    public static implicit operator SignInFrom(string address) => new(address);

    /// <summary>Whose tries these are, for <see cref="AttemptLimiter"/>: a known device's are its own, also behind a stranger's address.</summary>
    internal string KeyFor(AppUser? user) => user is not null && Device?.Knows(user) == true ? $"device {Device.Id}" : Address;
}

/// <summary>
/// Failed tries of known devices: five in five minutes, then the device is treated as a stranger's. Apart from the account's own
/// (<see cref="FailedTries"/>), so that strangers who guess keep nobody out of what is theirs. In memory: a restart begins anew.
/// </summary>
public sealed class DeviceTries(TimeProvider clock)
{
    private const int Most = 5;
    private const int MaxDevices = 10_000;

    private static readonly TimeSpan Span = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Device, string UserId), (int Count, long Since)> _tries = [];

    /// <summary>Takes one try before its outcome is known; false where there have been too many.</summary>
    internal bool Take(string device, string userId)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var (count, since) = _tries.GetValueOrDefault((device, userId));
            if (count == 0 || clock.GetElapsedTime(since, now) >= Span)
            {
                MakeRoom(now);
                (count, since) = (0, now);
            }

            if (count >= Most)
            {
                return false;
            }

            _tries[(device, userId)] = (count + 1, since);
            return true;
        }
    }

    /// <summary>Forgets them: the person has come in.</summary>
    internal void Forget(string device, string userId)
    {
        lock (_gate)
        {
            _tries.Remove((device, userId));
        }
    }

    private void MakeRoom(long now)
    {
        if (_tries.Count < MaxDevices)
        {
            return;
        }

        foreach (var key in _tries.Where(pair => clock.GetElapsedTime(pair.Value.Since, now) >= Span).Select(pair => pair.Key).ToList())
        {
            _tries.Remove(key);
        }

        // All fresh: the oldest half goes, as with addresses.
        if (_tries.Count >= MaxDevices)
        {
            foreach (var key in _tries.OrderBy(pair => pair.Value.Since).Take(MaxDevices / 2).Select(pair => pair.Key).ToList())
            {
                _tries.Remove(key);
            }
        }
    }
}
