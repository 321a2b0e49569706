namespace MqttChat.Domain.Accounts.Settings;

/// <summary>One thing that the operator's settings may decide instead of staff.</summary>
public enum HouseField
{
    /// <summary>Where its days begin.</summary>
    TimeZone,
    /// <summary>What people who prefer no language read.</summary>
    Language,
    /// <summary>What prices are in.</summary>
    Currency,
    /// <summary>What a kilowatt hour costs.</summary>
    Price,
}

/// <summary>What holds in the house now, whoever decided it.</summary>
/// <param name="Name">Null before set-up.</param>
/// <param name="ZoneId">As it was given; empty: the machine's zone.</param>
/// <param name="Zone">The zone that <paramref name="ZoneId"/> names.</param>
/// <param name="Language">Always one there is.</param>
/// <param name="Currency">ISO 4217; empty: none.</param>
/// <param name="PricePerKilowattHour">0: no costs are shown.</param>
public sealed record HouseFacts(string? Name, string ZoneId, TimeZoneInfo Zone, string Language, string Currency, decimal PricePerKilowattHour)
{
    /// <summary>The product's name, where the house has none yet.</summary>
    public const string ProductName = "MqttChat";

    /// <summary>What header and titles say.</summary>
    public string Title => Name ?? ProductName;
}

/// <summary>What staff want to change, as they typed it; null leaves a thing as it is, an empty text takes the choice back.</summary>
public sealed record HouseWishes(
    string? Name = null, string? TimeZone = null, string? Language = null, string? Currency = null, string? PricePerKilowattHour = null)
{
    /// <summary>What they had before them; null: they change whatever stands there.</summary>
    public HouseFacts? Seen { get; init; }

    /// <summary>Whether one of the things wished for is another now than when it was seen.</summary>
    public bool ComeTooLate(HouseFacts now) => Seen is { } seen && (
        (Name is not null && seen.Name != now.Name) || (TimeZone is not null && seen.ZoneId != now.ZoneId)
        || (Language is not null && seen.Language != now.Language) || (Currency is not null && seen.Currency != now.Currency)
        || (PricePerKilowattHour is not null && seen.PricePerKilowattHour != now.PricePerKilowattHour));
}
