namespace MqttChat.Domain.Accounts.Settings;

/// <summary>
/// Settings under <c>House</c>: what the operator gives here wins over what staff choose on the page of the house; but for the name,
/// which is a proposal.
/// </summary>
public sealed class HouseOptions
{
    /// <summary>The house's name as long as it has none: set-up proposes it, and an upgrade renames no house.</summary>
    public string Name { get; set; } = "";

    /// <summary>The house's time zone (IANA id) for days and nights; empty: staff's choice, else the machine's.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>The language of people who prefer none (<c>en</c>, <c>ja</c>); empty: staff's choice, else English.</summary>
    public string Language { get; set; } = "";

    /// <summary>The currency of prices (ISO 4217); empty: staff's choice.</summary>
    public string Currency { get; set; } = "";

    /// <summary>What a kilowatt hour costs, in <see cref="Currency"/>; 0: staff's choice, and without one no costs are shown.</summary>
    public decimal PricePerKilowattHour { get; set; }
}
