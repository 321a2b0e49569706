using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry.Habits;

namespace MqttChat.Web.Telemetry;

/// <summary>The last answer that any page got, for the next one to begin with: what stands below the line must not move when it comes.</summary>
internal sealed class LastUnusual(TimeProvider clock)
{
    private static readonly TimeSpan HoldsFor = TimeSpan.FromMinutes(2);

    private volatile Kept? _kept;

    private sealed record Kept(UnusualPlugs Found, DateTimeOffset At);

    /// <summary>Staff's alone, as the answer is; null when nobody has looked for a while.</summary>
    public UnusualPlugs? For(Viewer viewer) =>
        viewer.IsStaff && _kept is { } kept && (clock.GetUtcNow() - kept.At).Duration() < HoldsFor ? kept.Found : null;

    /// <summary>Keeps what was just found.</summary>
    public void Keep(UnusualPlugs found) => _kept = new(found, clock.GetUtcNow());
}
