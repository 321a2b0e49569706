namespace MqttChat.Domain.Accounts;

/// <summary>The two roles of a house. Everybody has exactly one.</summary>
public static class Roles
{
    /// <summary>Runs the house: people, plugs, settings.</summary>
    public const string Staff = "staff";

    /// <summary>Lives in the house.</summary>
    public const string Resident = "resident";
}

/// <summary>Who asks. Every use case takes the viewer and checks the rights itself.</summary>
public sealed record Viewer(string UserId, bool IsStaff)
{
    /// <summary>By which of the person's sign-ins; null where nobody needs to know.</summary>
    public Guid? SignInId { get; init; }

    /// <summary>When the person last showed, by that sign-in, that it is they (<see cref="FreshProof"/>); null: never.</summary>
    public DateTimeOffset? ProvenAt { get; init; }
}
