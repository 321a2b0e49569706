using System.Text.Json;
using System.Text.Json.Serialization;

namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>The state as it was stored before readings could be held.</summary>
internal sealed record AccountBefore
{
    [JsonPropertyName("c")]
    public double Counted { get; init; }

    [JsonPropertyName("h")]
    public double? High { get; init; }

    [JsonPropertyName("ct")]
    public long CounterTicks { get; init; }

    [JsonPropertyName("z")]
    public double? BeforeZero { get; init; }

    [JsonPropertyName("zt")]
    public long BeforeZeroTicks { get; init; }

    [JsonPropertyName("t")]
    public long LastTicks { get; init; }

    [JsonPropertyName("u")]
    public long UsualTicks { get; init; }

    [JsonPropertyName("w")]
    public double? Watts { get; init; }

    [JsonPropertyName("wt")]
    public long WattsTicks { get; init; }

    [JsonPropertyName("v")]
    public int Version { get; init; }

    public static bool IsOne(string json) => !json.Contains("\"v\":2", StringComparison.Ordinal);

    public static EnergyAccount Convert(string json)
    {
        var before = JsonSerializer.Deserialize(json, EnergyAccountJson.Default.AccountBefore) ?? new();
        var ticks = before.BeforeZero is null ? before.CounterTicks : before.BeforeZeroTicks;
        return EnergyAccount.Empty with
        {
            Version = before.LastTicks == 0 ? 0 : 2,
            CountedKilowattHours = before.Counted,
            Base = (before.BeforeZero ?? before.High) is { } value
                ? new CounterPoint { Value = value, Ticks = ticks, ChangedTicks = ticks } : null,
            Decimals = (before.BeforeZero ?? before.High) is { } shown ? CounterRule.DecimalsOf(shown) : 0,
            LastTicks = before.LastTicks,
            Usual = new UsualInterval { Ticks = before.UsualTicks, SinceTicks = before.LastTicks, Learnt = before.UsualTicks == 0 ? 0 : 4 },
            Watts = before.Watts,
            WattsTicks = before.WattsTicks,
        };
    }
}
