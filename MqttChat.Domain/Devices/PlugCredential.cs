namespace MqttChat.Domain.Devices;

/// <summary>Who keeps the broker's accounts, and so how one is made.</summary>
public enum BrokerAccounts
{
    /// <summary>The broker in this process: it asks the house's database.</summary>
    Embedded,
    /// <summary>Mosquitto's dynamic-security plugin: it is told over MQTT.</summary>
    DynamicSecurity,
    /// <summary>Files that somebody has to edit: we print the lines.</summary>
    Files,
}

/// <summary>An account at the broker that was made for one plug (or one Zigbee2MQTT bridge). The password is shown once and not stored.</summary>
public sealed class PlugCredential
{
    /// <summary>Primary key.</summary>
    public int Id { get; set; }

    /// <summary>The user name, which is the plug's topic too; lower case, unique in the house.</summary>
    public required string UserName { get; set; }

    /// <summary>What staff call the plug, in any script; null: they called it by its topic.</summary>
    public string? Label { get; set; }

    /// <summary>What pages show.</summary>
    public string ShownName => Label ?? UserName;

    /// <summary>The dialect it is for, one of <see cref="PlugTopics.Families"/>.</summary>
    public required string Family { get; set; }

    /// <summary>The plug's hardware address, upper-case hex without separators, where it was told.</summary>
    public string? Mac { get; set; }

    /// <summary>Where the account lives.</summary>
    public BrokerAccounts Accounts { get; set; }

    /// <summary>What a password is checked against, in Mosquitto's form; only where we check it ourselves.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Who made it.</summary>
    public required string CreatedById { get; set; }

    /// <summary>When the broker had it; null while it is being made or taken away, and when that was cut short.</summary>
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>When something was first heard on its topics.</summary>
    public DateTimeOffset? FirstHeardAt { get; set; }

    /// <summary>What it may write and read.</summary>
    public PlugTopics Topics => PlugTopics.Of(Family, UserName, Mac);
}

/// <summary>The one row that says that staff opened the embedded broker to the house's network.</summary>
public sealed class OpenedBroker
{
    /// <summary>The only id there is.</summary>
    public const int OnlyId = 1;

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; set; } = OnlyId;

    /// <summary>When.</summary>
    public DateTimeOffset OpenedAt { get; set; }

    /// <summary>Who opened it.</summary>
    public required string OpenedById { get; set; }
}
