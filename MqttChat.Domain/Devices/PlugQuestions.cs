using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>Asks plugs for their state. A broker that is away does no harm: the plug's next report tells as well, minutes later.</summary>
internal sealed class PlugQuestions(IPlugCommands commands, TimeProvider clock, ILogger logger)
{
    /// <summary>A plug that goes on contradicting itself is asked no more often.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<int, DateTimeOffset> _askedAt = new();

    /// <summary>Asks without waiting, unless it was asked lately.</summary>
    public void AskSoon(Plug plug)
    {
        var now = clock.GetUtcNow();
        if (_askedAt.TryGetValue(plug.Id, out var last) && now - last < Pause && now >= last)
        {
            return;
        }

        _askedAt[plug.Id] = now;
        _ = Task.Run(() => AskAsync(plug, CancellationToken.None));
    }

    /// <summary>Asks, and waits for the broker for no longer than a moment.</summary>
    public async Task AskAsync(Plug plug, CancellationToken cancellation)
    {
        using var within = new CancellationTokenSource(Within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, within.Token);
        try
        {
            foreach (var question in PlugFormats.For(plug.Family)?.Ask(plug) ?? [])
            {
                await commands.SendAsync(question, either.Token);
            }
        }
        catch (Exception error) when (error is RefusedException or OperationCanceledException)
        {
            logger.LogInformation("Plug {Plug} could not be asked for its state: {Reason}", plug.Id, error.Message);
        }
    }
}
