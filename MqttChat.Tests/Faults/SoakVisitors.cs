using System.Collections.Concurrent;
using System.Diagnostics;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>
/// People who come and go: they open a room or the dashboard, stay a while, post, and leave; some lose their link and come
/// back, some vanish without a goodbye.
/// </summary>
internal sealed class SoakVisitors(IReadOnlyList<CircuitPerson> people, int staff, IReadOnlyList<int> rooms, TimeSpan stay)
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _posted = new();
    private int _visits;
    private int _vanished;
    private int _returned;
    private int _unanswered;
    private int _posts;
    private int _inside;

    /// <summary>Texts that the page said are stored.</summary>
    public IReadOnlyCollection<string> Posted => _posted;

    /// <summary>What the program said when it gave a circuit up.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Pages that are open now.</summary>
    public int Inside => Volatile.Read(ref _inside);

    public override string ToString() =>
        $"{_visits} visits, {_returned} links cut and back, {_vanished} vanished, {_posted.Count} posts, {_unanswered} without an answer";

    /// <summary>So many at once, until <paramref name="leave"/>; nobody vanishes any more after <paramref name="polite"/>.</summary>
    public Task RunAsync(int count, CancellationToken polite, CancellationToken leave) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(() => VisitAgainAsync(number, polite, leave), CancellationToken.None)));

    private async Task VisitAgainAsync(int number, CancellationToken polite, CancellationToken leave)
    {
        var random = new Random(number);
        await PauseAsync(stay * random.NextDouble(), leave);
        while (!leave.IsCancellationRequested)
        {
            var isRoom = random.Next(5) < 3;
            var path = isRoom ? $"/rooms/{rooms[random.Next(rooms.Count)]}" : "/dashboard";
            try
            {
                await VisitAsync(people[random.Next(isRoom ? people.Count : staff)], path, isRoom, random, polite, leave);
            }
            catch (Exception error) when (error is TimeoutException or HttpRequestException or OperationCanceledException or System.Net.WebSockets.WebSocketException)
            {
                Interlocked.Increment(ref _unanswered);
            }
        }
    }

    private async Task VisitAsync(CircuitPerson person, string path, bool isRoom, Random random, CancellationToken polite, CancellationToken leave)
    {
        Interlocked.Increment(ref _visits);
        Interlocked.Increment(ref _inside);
        var page = await person.OpenAsync(path);
        try
        {
            var until = Stopwatch.GetTimestamp() + (long)(stay.TotalSeconds * (0.2 + random.NextDouble()) * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < until && !leave.IsCancellationRequested && page.SentTo is null)
            {
                await PauseAsync(stay * random.NextDouble() / 2, leave);
                if (isRoom)
                {
                    await PostAsync(page);
                }
            }

            switch (random.Next(5))
            {
                case 0 when !polite.IsCancellationRequested:
                    page.Drop();
                    Interlocked.Increment(ref _vanished);
                    return;
                case 1 when !leave.IsCancellationRequested && await page.ReconnectAsync():
                    Interlocked.Increment(ref _returned);
                    await PauseAsync(stay * random.NextDouble() / 2, leave);
                    break;
            }

            await page.DisposeAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
            if (page is { Error: { } error, SentTo: null })
            {
                _errors.Enqueue($"{path}: {error}");
            }
        }
    }

    private async Task PostAsync(CircuitClient page)
    {
        var text = $"soak {Interlocked.Increment(ref _posts)}";
        await page.PostAsync(text);
        _posted.Enqueue(text);
    }

    private static Task PauseAsync(TimeSpan time, CancellationToken leave) =>
        Task.Delay(time, leave).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
