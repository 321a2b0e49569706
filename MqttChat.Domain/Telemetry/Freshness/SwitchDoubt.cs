namespace MqttChat.Domain.Telemetry.Freshness;

/// <summary>What a channel, or the meter of the whole plug, said last.</summary>
/// <param name="IsOn">On or off.</param>
/// <param name="Watts">Its power.</param>
/// <param name="ReportedAt">When it last said anything.</param>
/// <param name="MeasuredAt">When power or energy was last measured.</param>
internal readonly record struct SwitchTold(bool? IsOn, double? Watts, DateTimeOffset? ReportedAt, DateTimeOffset? MeasuredAt)
{
    /// <summary>More flows than an open relay lets through, measured no earlier than what was said at <paramref name="at"/>.</summary>
    public bool FlowsSince(DateTimeOffset? at) => Math.Abs(Watts ?? 0) >= SwitchDoubt.LeastWatts && !(at > MeasuredAt);
}

/// <summary>
/// A relay that is said to be off lets no power through: where some is measured since, the switch's state is old (a press of the button that
/// nobody heard of). It is not believed then, shown as unknown, and the plug is asked. Pure.
/// </summary>
internal static class SwitchDoubt
{
    /// <summary>Meters show a watt or two where nothing flows.</summary>
    public const double LeastWatts = 5;

    /// <summary>For each channel: it is said to be off, and is not.</summary>
    /// <param name="channels">The plug's channels.</param>
    /// <param name="whole">Its meter for all channels together, where it has one.</param>
    public static bool[] Of(IReadOnlyList<SwitchTold> channels, SwitchTold? whole)
    {
        var doubted = new bool[channels.Count];
        for (var i = 0; i < channels.Count; i++)
        {
            var told = channels[i];
            if (told.IsOn != false)
            {
                continue;
            }

            // A meter that stands for several relays is told as the first one's, or as the plug's.
            var flows = told.FlowsSince(told.ReportedAt) || (told.Watts is null && whole is { } meter && meter.FlowsSince(told.ReportedAt));
            doubted[i] = flows && !channels.Where((other, index) => index != i && other is { IsOn: not false, Watts: null }).Any()
                && (told.Watts is not null || channels.All(other => other is { IsOn: false, Watts: null }));
        }

        return doubted;
    }
}
