namespace MqttChat.Domain.Devices;

/// <summary>Whether a plug answers.</summary>
public enum Availability
{
    /// <summary>Nothing heard that tells.</summary>
    Unknown,
    /// <summary>Its availability topic, or a fresh report, says so.</summary>
    Online,
    /// <summary>Its availability topic says so.</summary>
    Offline,
}

/// <summary>
/// A smart plug that was heard. A plug is the same plug by family, topic template and address. It exists from discovery on;
/// staff adopt it (then its reports are stored) or ignore it.
/// </summary>
public sealed class Plug
{
    /// <summary>Primary key.</summary>
    public int Id { get; set; }

    /// <summary>The dialect it speaks, in the API's spelling (<c>tasmota</c>).</summary>
    public required string Family { get; set; }

    /// <summary>The part of its topics that names it (<c>plugs/fridge</c>).</summary>
    public required string Address { get; set; }

    /// <summary>
    /// How its topics are formed, in the family's own terms. Tasmota: the full topic with the plug's name filled in and
    /// <c>%prefix%</c> left open (<c>home/%prefix%/tasmota/fridge</c>, no trailing slash).
    /// </summary>
    public required string TopicTemplate { get; set; }

    /// <summary>What the family's format must remember about this plug (prefixes, words for on and off), as JSON; null for the defaults.</summary>
    public string? Dialect { get; set; }

    /// <summary>The name that staff gave, 1 to 100 characters; null before adoption.</summary>
    public string? Name { get; set; }

    /// <summary>The name that the plug reports of itself.</summary>
    public string? ReportedName { get; set; }

    /// <summary>The model it reports.</summary>
    public string? Model { get; set; }

    /// <summary>The hardware address, upper-case hex without separators.</summary>
    public string? Mac { get; set; }

    /// <summary>The room it stands in.</summary>
    public int? RoomId { get; set; }

    /// <summary>When it was first heard.</summary>
    public DateTimeOffset FirstHeardAt { get; set; }

    /// <summary>When staff adopted it.</summary>
    public DateTimeOffset? AdoptedAt { get; set; }

    /// <summary>When staff last took it out of the house, also after it was adopted again: what it used from then until its adoption is not the house's.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>When staff said to ignore it.</summary>
    public DateTimeOffset? IgnoredAt { get; set; }

    /// <summary>Minutes to add to UTC to get the plug's own clock; learnt from live reports before adoption, null when not known.</summary>
    public int? ClockOffsetMinutes { get; set; }

    /// <summary>Its channels as far as staff or its discovery message named them.</summary>
    public List<PlugChannel> Channels { get; } = [];
}

/// <summary>What is known of one channel of a plug beyond its readings.</summary>
public sealed class PlugChannel
{
    /// <summary>Which plug.</summary>
    public int PlugId { get; set; }

    /// <summary>The plug's own channel name (<c>"1"</c>).</summary>
    public required string Channel { get; set; }

    /// <summary>The name that staff gave.</summary>
    public string? Name { get; set; }

    /// <summary>It has a relay that can be switched; null when not known.</summary>
    public bool? HasRelay { get; set; }

    /// <summary>
    /// The most power it can draw, in watts, as staff set it: bounds what one step of its counter may add. Null for what its kind of plug
    /// can (<see cref="KnownLimits"/>).
    /// </summary>
    public double? LimitWatts { get; set; }
}

/// <summary>Who switched what, and whether the plug confirmed it.</summary>
public sealed class SwitchCommand
{
    /// <summary>Primary key.</summary>
    public long Id { get; set; }

    /// <summary>Which plug.</summary>
    public int PlugId { get; set; }

    /// <summary>Which channel.</summary>
    public required string Channel { get; set; }

    /// <summary>The state asked for.</summary>
    public bool On { get; set; }

    /// <summary>Who asked.</summary>
    public required string UserId { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset SentAt { get; set; }
}
