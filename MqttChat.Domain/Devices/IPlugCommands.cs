using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>The way to the plugs; the broker's edge.</summary>
public interface IPlugCommands
{
    /// <summary>
    /// Publishes at QoS 1, never retained. Throws <see cref="RefusedException"/> (<c>broker.away</c>, Unavailable) when the
    /// broker does not take it within a few seconds.
    /// </summary>
    Task SendAsync(PlugCommand command, CancellationToken cancellation);
}
