namespace MqttChat.Domain.Accounts.Settings;

/// <summary>One thing that a house is asked about.</summary>
public enum HouseField
{
    /// <summary>Its name.</summary>
    Name,
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
    string? Name = null, string? TimeZone = null, string? Language = null, string? Currency = null, string? PricePerKilowattHour = null);
