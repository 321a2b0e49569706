namespace MqttChat.Domain.Devices.Formats;

/// <summary>What one message says of one channel. Null means that the message does not carry the value: the known one stays.</summary>
/// <param name="Channel">The plug's own channel name; empty for a counter that the plug keeps for all channels together.</param>
/// <param name="IsOn">On or off.</param>
/// <param name="ActivePowerWatts">Active power in watts; negative is export. Always finite.</param>
/// <param name="EnergyKilowattHours">The lifetime counter in kWh. Always finite.</param>
public sealed record ChannelReading(string Channel, bool? IsOn = null, double? ActivePowerWatts = null, double? EnergyKilowattHours = null);

/// <summary>
/// The time a report carries. With a zone it is an instant; without one <see cref="HasZone"/> is false and
/// <see cref="Clock"/> holds the plug's wall clock as if it were UTC.
/// </summary>
public readonly record struct ReportTime(DateTimeOffset Clock, bool HasZone);

/// <summary>What a message of an adopted plug turned out to be.</summary>
public enum ReadingKind
{
    /// <summary>It says nothing about power, energy, on/off or availability.</summary>
    Nothing,
    /// <summary>It says something.</summary>
    Report,
    /// <summary>It should have said something, but cannot be read: a dead letter.</summary>
    Unreadable,
}

/// <summary>One message of a plug, decoded. Units are converted here and nowhere else.</summary>
/// <param name="Kind">What it turned out to be.</param>
/// <param name="Channels">What it says of the channels.</param>
/// <param name="Availability">What it says of the plug being there.</param>
/// <param name="Time">The time that it carries.</param>
/// <param name="UnreadableReason">Why it cannot be read; of a report: why one of its values cannot, while the others count.</param>
public sealed record PlugReading(
    ReadingKind Kind,
    IReadOnlyList<ChannelReading> Channels,
    Availability? Availability = null,
    ReportTime? Time = null,
    string? UnreadableReason = null)
{
    /// <summary>A value stands where a number should, and is none that has one meaning.</summary>
    public const string NotANumber = "value.notNumber";

    /// <summary>A number that no plug measures.</summary>
    public const string OutOfRange = "value.outOfRange";

    /// <summary>A message that says nothing.</summary>
    public static PlugReading Nothing { get; } = new(ReadingKind.Nothing, []);

    /// <summary>A dead letter with its stable reason code, for example <c>payload.notJson</c>.</summary>
    public static PlugReading Unreadable(string reason) => new(ReadingKind.Unreadable, [], UnreadableReason: reason);
}

/// <summary>A plug as one message made it known; the same plug by family, template and address.</summary>
public sealed record HeardPlug(string Family, string TopicTemplate, string Address)
{
    /// <summary>What the format must remember of this plug, as JSON; null leaves what is known.</summary>
    public string? Dialect { get; init; }

    /// <summary>The name it reports.</summary>
    public string? ReportedName { get; init; }

    /// <summary>The model it reports.</summary>
    public string? Model { get; init; }

    /// <summary>Upper-case hex without separators.</summary>
    public string? Mac { get; init; }

    /// <summary>Channels that a discovery message says have a relay.</summary>
    public IReadOnlyList<string> RelayChannels { get; init; } = [];
}

/// <summary>One message heard on a wide filter, by someone who knows no plug yet.</summary>
/// <param name="Plug">Who spoke.</param>
/// <param name="Reading">What was said; availability alone is held until the plug is known.</param>
/// <param name="MakesKnown">Whether the message alone is reason enough to list the plug (<c>API.md</c>: a value of power, energy or on/off, a discovery message, an availability topic of the family).</param>
/// <param name="Removed">The plug took its discovery message back.</param>
public sealed record HeardMessage(HeardPlug Plug, PlugReading Reading, bool MakesKnown, bool Removed = false);

/// <summary>A command ready to publish; never retained.</summary>
public sealed record PlugCommand(string Topic, byte[] Payload);

/// <summary>
/// One family's dialect. Stateless; reads any bytes without throwing. Payloads over <see cref="MaxPayloadBytes"/> and nesting
/// over <see cref="MaxDepth"/> are unreadable.
/// </summary>
public abstract class PlugFormat
{
    /// <summary>The largest payload read, in bytes.</summary>
    public const int MaxPayloadBytes = 64 * 1024;

    /// <summary>The deepest JSON read.</summary>
    public const int MaxDepth = 16;

    /// <summary>The family in the API's spelling.</summary>
    public abstract string Family { get; }

    /// <summary>Reads a message without knowing the plug; null when it is not of this family or says nothing about a plug.</summary>
    public abstract HeardMessage? Hear(string topic, ReadOnlySpan<byte> payload);

    /// <summary>Reads a message of a plug that is known.</summary>
    public abstract PlugReading Read(Plug plug, string topic, ReadOnlySpan<byte> payload);

    /// <summary>The topic filters that together carry all a known plug says about power, energy, on/off and availability.</summary>
    public abstract IReadOnlyList<string> TopicFilters(Plug plug);

    /// <summary>The command that switches a channel.</summary>
    public abstract PlugCommand Switch(Plug plug, string channel, bool on);

    /// <summary>Whether the plug could have a relay of that name, going by the name alone.</summary>
    public abstract bool CanSwitch(Plug plug, string channel);

    /// <summary>The channel that a plug with one has.</summary>
    public abstract string FirstChannel { get; }

    /// <summary>Whether the plug announced relays; null when it announced nothing.</summary>
    public virtual bool? HasRelay(Plug plug) => null;

    /// <summary>Commands that make a plug tell its state now and change nothing; none where the family has none.</summary>
    public virtual IReadOnlyList<PlugCommand> Ask(Plug plug) => [];
}
