using Microsoft.Extensions.Options;

namespace MqttChat.Domain.Telemetry;

/// <summary>How long readings are kept; the settings' section <c>Telemetry</c>.</summary>
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
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options) =>
        options.RawRetention >= TelemetryOptions.LeastRawRetention && options.RawRetention <= TimeSpan.FromDays(3660)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{TelemetryOptions.Section}:{nameof(options.RawRetention)} must be 8 days (8.00:00:00) to 3660 days, but is {options.RawRetention}.");
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
