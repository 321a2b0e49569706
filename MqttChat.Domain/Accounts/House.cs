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

    /// <summary>The time zone that staff chose (IANA id); null: the machine's.</summary>
    public string? TimeZone { get; set; }

    /// <summary>The language that staff chose; null: none.</summary>
    public string? Language { get; set; }

    /// <summary>The currency that staff chose (ISO 4217); null: none.</summary>
    public string? Currency { get; set; }

    /// <summary>The price that staff set, in <see cref="Currency"/>; null: none.</summary>
    public decimal? PricePerKilowattHour { get; set; }

    /// <summary>When staff put away what is left to do after set-up; null: it is still shown.</summary>
    public DateTimeOffset? FirstStepsDismissedAt { get; set; }

    /// <summary>Whether staff with a password have to have a second factor; without one they have no staff's rights.</summary>
    public bool StaffNeedSecondFactor { get; set; }

    /// <summary>When it was set up.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
