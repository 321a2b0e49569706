namespace MqttChat.Domain.Accounts;

/// <summary>The one row that says the house has been set up.</summary>
public sealed class House
{
    /// <summary>The only id there is: the row's presence is what set-up checks, and its key makes a second set-up fail.</summary>
    public const int OnlyId = 1;

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; set; } = OnlyId;

    /// <summary>The house's name, 1 to 100 characters.</summary>
    public required string Name { get; set; }

    /// <summary>Whether staff with a password have to have a second factor; without one they have no staff's rights.</summary>
    public bool StaffNeedSecondFactor { get; set; }

    /// <summary>When it was set up.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
