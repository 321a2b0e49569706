using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Reads along between the program and its broker until the broker's queue is worked off on both sides.</summary>
internal sealed class SettledLink
{
    private readonly Lock _gate = new();
    private AcknowledgementTap _tap = new();

    /// <summary>For <see cref="TcpFaultProxy.Seen"/>.</summary>
    public void See(int connection, bool toBroker, byte[] bytes)
    {
        lock (_gate)
        {
            _tap.See(connection, toBroker, bytes);
        }
    }

    /// <summary>Forgets what was seen; only while there is no connection.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _tap = new();
        }
    }

    /// <summary>Returns when the broker has read the acknowledgement of all that it delivered.</summary>
    public Task WaitAsync() => Eventually.TrueAsync(
        () =>
        {
            lock (_gate)
            {
                return _tap.IsSettled;
            }
        },
        TimeSpan.FromMinutes(15), "the broker has read every acknowledgement");
}
