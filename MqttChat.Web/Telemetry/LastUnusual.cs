using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry.Habits;

namespace MqttChat.Web.Telemetry;

/// <summary>The last answer that any page got, for the next one to begin with: what stands below the line must not move when it comes.</summary>
internal sealed class LastUnusual
{
    private volatile UnusualPlugs? _found;

    /// <summary>Staff's alone, as the answer is.</summary>
    public UnusualPlugs? For(Viewer viewer) => viewer.IsStaff ? _found : null;

    public void Keep(UnusualPlugs found) => _found = found;
}
