namespace MqttChat.Domain.Accounts;

/// <summary>A link by which people join. Only the code's hash is kept: who reads the database cannot join by it.</summary>
public sealed class Invitation
{
    /// <summary>Primary key.</summary>
    public int Id { get; set; }

    /// <summary>SHA-256 of the code, as lower-case hex.</summary>
    public required string CodeHash { get; set; }

    /// <summary>The role that who joins gets (<see cref="Roles"/>).</summary>
    public required string Role { get; set; }

    /// <summary>For whom it is, as staff wrote it; null: they did not say.</summary>
    public string? Label { get; set; }

    /// <summary>How many people may still join by it.</summary>
    public int UsesLeft { get; set; }

    /// <summary>When it stops working.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The member of staff who made it.</summary>
    public required string CreatedById { get; set; }

    /// <summary>When staff took it back; null while it stands.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
