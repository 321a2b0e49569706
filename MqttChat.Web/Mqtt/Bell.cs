using System.Threading.Channels;

namespace MqttChat.Web.Mqtt;

/// <summary>Wakes one waiter; ringing twice before it wakes counts once.</summary>
internal sealed class Bell
{
    private readonly Channel<byte> _rung = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Never waits and never throws.</summary>
    public void Ring() => _rung.Writer.TryWrite(0);

    /// <summary>Returns at the next ring, or at once if it rang since the last return.</summary>
    public async Task WaitAsync(CancellationToken cancellation) =>
        await _rung.Reader.ReadAsync(cancellation).ConfigureAwait(false);

    /// <summary>The same, but returns after <paramref name="atMost"/> in any case.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        Task rung = _rung.Reader.WaitToReadAsync(either.Token).AsTask();
        await rung.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _rung.Reader.TryRead(out _);
        cancellation.ThrowIfCancellationRequested();
    }
}
