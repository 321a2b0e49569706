using System.Security.Cryptography;
using MqttChat.Domain;
using MqttChat.Domain.Chat;

namespace MqttChat.Web.Demo;

/// <summary>
/// Lets the demo's people talk while the program runs: the first minutes like an evening at home, then less and less, so that a
/// demo left running fills nobody's rooms.
/// </summary>
internal sealed class DemoChatter(ChatRooms chat, DemoWords words, DemoMemory memory, TimeProvider clock, ILogger<DemoChatter> logger)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _heaterOff = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Staff has switched off the heater that somebody left on. Told once a run.</summary>
    public void HeaterIsOff() => _heaterOff.TrySetResult();

    /// <summary>Talks until the program ends; a house that was just made hears of the kettle first.</summary>
    public async Task RunAsync(OpenHouse house, bool isNew, CancellationToken stop)
    {
        var talk = DemoTalk.Read(words.Lines("Live"), memory.MadeAt, memory.Zone);
        var thanks = DemoTalk.Read(words.Lines("HeaterOff"), memory.MadeAt, memory.Zone);
        var begun = clock.GetTimestamp();
        var number = isNew ? 0 : RandomNumberGenerator.GetInt32(talk.Count);
        var pause = First;
        var isThanked = false;
        while (!stop.IsCancellationRequested)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var heater = isThanked ? Task.Delay(Timeout.InfiniteTimeSpan, waiting.Token) : _heaterOff.Task;
            var isHeater = await Task.WhenAny(heater, Task.Delay(pause, clock, waiting.Token)) == heater;
            await waiting.CancelAsync();
            stop.ThrowIfCancellationRequested();
            isThanked |= isHeater;
            await SayAsync(house, isHeater ? thanks[0] : talk[number++ % talk.Count], stop);
            pause = PauseAfter(clock.GetElapsedTime(begun));
        }
    }

    /// <summary>How long it is quiet after so much time.</summary>
    public static TimeSpan PauseAfter(TimeSpan running)
    {
        var (least, most) = running.TotalMinutes switch { < 5 => (20, 60), < 20 => (60, 180), < 120 => (240, 600), _ => (1200, 2400) };
        return TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(least, most));
    }

    private async Task SayAsync(OpenHouse house, Conversation conversation, CancellationToken stop)
    {
        if (!house.Rooms.TryGetValue(conversation.Room, out var room))
        {
            return;
        }

        foreach (var line in conversation.Lines)
        {
            await Task.Delay(line.Pause, clock, stop);
            try
            {
                await chat.PostAsync(house.People[line.Person], room, line.Text, $"live-{Guid.NewGuid():N}", stop);
            }
            catch (RefusedException refusal)
            {
                // Whoever was made to leave the room, or the house, says nothing there any more.
                logger.LogDebug("A line of the demo was not said: {Reason}", refusal.Code);
            }
        }
    }
}
