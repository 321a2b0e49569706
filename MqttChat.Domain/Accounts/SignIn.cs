namespace MqttChat.Domain.Accounts;

/// <summary>One device, or one program at the API, on which a person is signed in. Its cookie or token names it.</summary>
public sealed class SignIn
{
    /// <summary>Random, so that nothing old can name a newer one.</summary>
    public Guid Id { get; set; }

    /// <summary>Whose.</summary>
    public required string UserId { get; set; }

    /// <summary>The account's security stamp that this one goes with: once the account has another, it has ended.</summary>
    public required string SecurityStamp { get; set; }

    /// <summary>Whether a program holds a token, not a browser a cookie.</summary>
    public bool IsProgram { get; set; }

    /// <summary>The browser's or program's own name, up to 32 characters; null where it did not tell.</summary>
    public string? Browser { get; set; }

    /// <summary>What it runs on, up to 32 characters; null where it did not tell.</summary>
    public string? System { get; set; }

    /// <summary>When the person signed in there.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last used, to about ten minutes.</summary>
    public DateTimeOffset LastSeenAt { get; set; }
}

/// <summary>A link by which one person signs in on one device. A person has at most one; only the code's hash is kept.</summary>
public sealed class SignInLink
{
    /// <summary>Whom it signs in; a new link takes the old one's place.</summary>
    public required string UserId { get; set; }

    /// <summary>SHA-256 of the code, as lower-case hex.</summary>
    public required string CodeHash { get; set; }

    /// <summary>When it stops working.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The member of staff who made it.</summary>
    public required string CreatedById { get; set; }
}
