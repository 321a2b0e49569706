using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Bounds what one person's pages ask of the program, all of them together. The framework takes events as fast as they come and
/// queues them without an end; here what is too much waits before it is taken, so that it stays in the sender's own socket. Nothing
/// is dropped, and nobody else waits.
/// </summary>
internal sealed class CircuitPace(IOptions<AccountLimits> limits, TimeProvider clock) : IHubFilter
{
    // A page that opens, or comes back with what it wrote meanwhile, asks much at once.
    private const int BurstSeconds = 3;
    private const double CostOfAnAnswer = 0.1;
    private const int PruneAbove = 1000;

    private static readonly HashSet<string> Answers = ["OnRenderCompleted", "EndInvokeJSFromDotNet", "ReceiveByteArray", "ReceiveJSDataChunk"];

    // When each person's bucket would be full again, in seconds on the monotonic clock.
    private readonly ConcurrentDictionary<string, double> _fullAt = new();

    /// <inheritdoc />
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var connection = invocationContext.Context;
        if (connection.User?.FindFirstValue(ClaimTypes.NameIdentifier) is { } person)
        {
            var wait = Take(person, Answers.Contains(invocationContext.HubMethodName) ? CostOfAnAnswer : 1);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, clock, connection.ConnectionAborted);
            }
        }

        return await next(invocationContext);
    }

    /// <summary>Takes a turn; how long it must be waited for.</summary>
    internal TimeSpan Take(string person, double cost)
    {
        var perSecond = limits.Value.EventsPerPersonPerSecond;
        if (perSecond <= 0)
        {
            return TimeSpan.Zero;
        }

        var now = (double)clock.GetTimestamp() / clock.TimestampFrequency;
        if (_fullAt.Count > PruneAbove)
        {
            Prune(now);
        }

        var full = _fullAt.AddOrUpdate(
            person, _ => now + (cost / perSecond), (_, before) => Math.Max(before, now) + (cost / perSecond));
        return TimeSpan.FromSeconds(Math.Max(0, full - now - BurstSeconds));
    }

    private void Prune(double now)
    {
        foreach (var (person, full) in _fullAt)
        {
            if (full < now)
            {
                _fullAt.TryRemove(KeyValuePair.Create(person, full));
            }
        }
    }
}
