using System.Text.Json.Serialization;

namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>Where a counter stood at a reading.</summary>
public readonly record struct CounterPoint
{
    /// <summary>UTC ticks of the reading.</summary>
    [JsonPropertyName("t")]
    public long Ticks { get; init; }

    /// <summary>The counter in kWh.</summary>
    [JsonPropertyName("v")]
    public double Value { get; init; }

    /// <summary>The power of that moment in watts; null when not known.</summary>
    [JsonPropertyName("w")]
    public double? Watts { get; init; }

    /// <summary>UTC ticks at which the counter last changed: a coarse counter stands still between its steps.</summary>
    [JsonPropertyName("c")]
    public long ChangedTicks { get; init; }

    /// <summary>What the power says was used since the counter last changed, in kWh; null when it is not known.</summary>
    [JsonPropertyName("e")]
    public double? ExpectedKilowattHours { get; init; }
}

/// <summary>Readings that do not fit what was counted before, until the next ones decide.</summary>
public sealed record HeldLevel
{
    /// <summary>UTC ticks of the first reading that did not fit.</summary>
    [JsonPropertyName("s")]
    public long StartTicks { get; init; }

    /// <summary>The first reading of the level that the newest one belongs to.</summary>
    [JsonPropertyName("f")]
    public CounterPoint First { get; init; }

    /// <summary>The newest reading of that level.</summary>
    [JsonPropertyName("l")]
    public CounterPoint Last { get; init; }

    /// <summary>How many readings agree on the level.</summary>
    [JsonPropertyName("n")]
    public int Count { get; init; }

    /// <summary>How many of them in a row were above the one before.</summary>
    [JsonPropertyName("r")]
    public int Rising { get; init; }
}

/// <summary>A level that was left a short while ago: if the counter goes back to it, leaving it was a glitch.</summary>
public sealed record LeftLevel
{
    /// <summary>Where the counter stood before it left.</summary>
    [JsonPropertyName("b")]
    public CounterPoint Base { get; init; }

    /// <summary>UTC ticks of the first reading elsewhere.</summary>
    [JsonPropertyName("s")]
    public long StartTicks { get; init; }

    /// <summary>What was counted since, in kWh: it was consumed once, whatever the counter said.</summary>
    [JsonPropertyName("k")]
    public double CountedKilowattHours { get; init; }

    /// <summary>Readings since.</summary>
    [JsonPropertyName("n")]
    public int Readings { get; init; }
}

/// <summary>False values that were dropped: when they come again and again and grow, another counter speaks on the same topic.</summary>
public sealed record StrayLevel
{
    /// <summary>The last of them.</summary>
    [JsonPropertyName("p")]
    public CounterPoint Point { get; init; }

    /// <summary>How often the counter was there.</summary>
    [JsonPropertyName("n")]
    public int Times { get; init; }

    /// <summary>UTC ticks at which staff were last told.</summary>
    [JsonPropertyName("d")]
    public long ToldTicks { get; init; }
}
