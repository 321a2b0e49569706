namespace MqttChat.Domain.Telemetry.Freshness;

/// <summary>
/// The one rule of what still holds: what was said counts for three usual intervals, within the bounds of the settings. Pages,
/// sums, charts and the API all follow it.
/// </summary>
/// <param name="Shortest">However often it reports: a burst of reports at each change must not make a plug's regular ones look late.</param>
/// <param name="Longest">However seldom it reports.</param>
public sealed record SilenceRule(TimeSpan Shortest, TimeSpan Longest)
{
    /// <summary>One report may be lost, and the next one late.</summary>
    private const int Intervals = 3;

    /// <summary>The rule with the settings' own values.</summary>
    public static SilenceRule Default { get; } = Of(new TelemetryOptions());

    /// <summary>The rule with these settings.</summary>
    public static SilenceRule Of(TelemetryOptions options) => new(options.ShortestSilence, options.LongestSilence);

    /// <summary>How long a value holds when reports usually come so far apart; null while that is not known.</summary>
    public TimeSpan After(TimeSpan? usualInterval)
    {
        var intervals = Intervals * (usualInterval ?? TimeSpan.Zero);
        return intervals < Shortest ? Shortest : intervals > Longest ? Longest : intervals;
    }
}
