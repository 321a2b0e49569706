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
public sealed record Viewer(string UserId, bool IsStaff);
