using Microsoft.Extensions.Options;

namespace MqttChat.Domain.Telemetry;

/// <summary>How long readings are kept, and how long the last one holds; the settings' section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Telemetry";

    /// <summary>
    /// The least <see cref="RawRetention"/>: a report may be seven days late, and its buckets are recomputed from the raw
    /// readings around it.
    /// </summary>
    public static readonly TimeSpan LeastRawRetention = TimeSpan.FromDays(8);

    /// <summary>How long single readings are kept; buckets are kept for good.</summary>
    public TimeSpan RawRetention { get; set; } = TimeSpan.FromDays(10);

    /// <summary>
    /// A plug that has said nothing for three of its usual intervals is silent and its watts count no more, but never sooner than this:
    /// by default three missed reports of Tasmota's usual five minutes, as plugs that also report each change look more often than they are.
    /// </summary>
    public TimeSpan ShortestSilence { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest time for which a value holds, however seldom its plug reports.</summary>
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>How ingest is divided and how much is under way at once; the settings' section <c>Ingest</c>.</summary>
public sealed class IngestOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Ingest";

    /// <summary>Into how many partitions plugs are divided, 1 to 64; every instance must say the same.</summary>
    public int Partitions { get; set; } = 1;

    /// <summary>How many deliveries the broker may have under way without acknowledgement, 2 to 65,535 (MQTT 5, 3.1.2.11.3).</summary>
    public int ReceiveMaximum { get; set; } = 2000;

    /// <summary>
    /// How many deliveries may come again after a reconnect: all packet ids there are. ReceiveMaximum is not enough, for
    /// Mosquitto 2.0.11 has several times as many under way after a few reconnects. Only tests change it.
    /// </summary>
    internal int MostRedelivered { get; set; } = ushort.MaxValue;
}

/// <summary>Names every setting of <see cref="TelemetryOptions"/> that is out of range.</summary>
public sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        List<string> errors = [];
        if (options.RawRetention < TelemetryOptions.LeastRawRetention || options.RawRetention > TimeSpan.FromDays(3660))
        {
            errors.Add($"{TelemetryOptions.Section}:{nameof(options.RawRetention)} must be 8 days (8.00:00:00) to 3660 days, but is {options.RawRetention}.");
        }

        if (options.ShortestSilence < TimeSpan.FromSeconds(1) || options.ShortestSilence > TimeSpan.FromDays(1))
        {
            errors.Add($"{TelemetryOptions.Section}:{nameof(options.ShortestSilence)} must be a second to a day, but is {options.ShortestSilence}.");
        }

        if (options.LongestSilence < options.ShortestSilence || options.LongestSilence > TimeSpan.FromDays(7))
        {
            errors.Add(
                $"{TelemetryOptions.Section}:{nameof(options.LongestSilence)} must be {nameof(options.ShortestSilence)} to 7 days, but is {options.LongestSilence}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

/// <summary>Names every setting of <see cref="IngestOptions"/> that is out of range.</summary>
public sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        List<string> errors = [];
        if (options.Partitions is < 1 or > 64)
        {
            errors.Add($"{IngestOptions.Section}:{nameof(options.Partitions)} must be 1 to 64, but is {options.Partitions}.");
        }

        if (options.ReceiveMaximum is < 2 or > ushort.MaxValue)
        {
            errors.Add($"{IngestOptions.Section}:{nameof(options.ReceiveMaximum)} must be 2 to 65535, but is {options.ReceiveMaximum}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
