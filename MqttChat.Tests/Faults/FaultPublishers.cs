using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>What became of one kind of plug's reports.</summary>
/// <param name="Qos">Which kind.</param>
/// <param name="Taken">How many the broker took.</param>
/// <param name="Lost">What the broker took and the database has not.</param>
/// <param name="Doubled">Rows minus distinct reports.</param>
/// <param name="Strange">Rows of numbers that nobody sent.</param>
/// <param name="EnergyWrong">Plugs whose energy is not exactly that of their last report.</param>
public sealed record FaultCount(int Qos, int Taken, IReadOnlyList<(string Plug, int Number)> Lost, int Doubled, int Strange, IReadOnlyList<string> EnergyWrong)
{
    /// <summary>Nothing lost, nothing doubled, energy exact.</summary>
    public bool IsWhole => Lost.Count == 0 && Doubled == 0 && Strange == 0 && EnergyWrong.Count == 0;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"QoS {Qos}: {Taken} taken, LOST {Lost.Count}, DOUBLE {Doubled}, energy {(EnergyWrong.Count == 0 ? "exact" : $"wrong ({string.Join(", ", EnergyWrong)})")}{(Strange == 0 ? "" : $", {Strange} that nobody sent")}{Names()}");

    private string Names() => Lost.Count == 0 ? "" : $" (lost {string.Join(", ", Lost.Take(10).Select(one => $"{one.Plug}#{one.Number}"))})";
}

/// <summary>The plugs of a fault test, half of them at QoS 1 and half at QoS 0 unless said otherwise; what they sent is held against the store.</summary>
public sealed class FaultPublishers
{
    private readonly FaultHouse _house;
    private int _wanted;

    private FaultPublishers(FaultHouse house, IReadOnlyList<FaultPublisher> all) => (_house, All) = (house, all);

    public IReadOnlyList<FaultPublisher> All { get; }

    /// <summary>How many reports were sent.</summary>
    public int Sent => All.Sum(one => one.Sent);

    /// <summary>How many the broker has taken.</summary>
    public int Taken => All.Sum(one => one.TakenCount);

    /// <summary>Adopts so many plugs: the even ones publish at QoS 1, the odd ones at QoS 0.</summary>
    public static Task<FaultPublishers> AdoptAsync(FaultHouse house, string name, int plugs, DateTimeOffset? now = null) =>
        AdoptAsync(house, Enumerable.Range(0, plugs).Select(i => new FaultPlug($"{name}{i}", i % 2 == 0 ? 1 : 0)), now);

    /// <summary>Adopts the plugs, and sends their zero points.</summary>
    public static async Task<FaultPublishers> AdoptAsync(FaultHouse house, IEnumerable<FaultPlug> plugs, DateTimeOffset? now = null)
    {
        FaultPlug[] all = [.. plugs];
        await house.AdoptTasmotasAsync(all, now ?? DateTimeOffset.UtcNow);
        var user = (MosquittoProcess.AppUser, MosquittoProcess.AppPassword);
        return new(house, [.. all.Select(plug => new FaultPublisher(plug, house.Broker.Port, user))]);
    }

    /// <summary>Every plug publishes its next <paramref name="reportsEach"/>, <paramref name="pause"/> apart or as fast as the broker takes them.</summary>
    public Task RunAsync(int reportsEach, TimeSpan pause = default, CancellationToken cancellation = default) =>
        Task.WhenAll(All.Select(one => Task.Run(() => one.RunAsync(reportsEach, pause, cancellation), cancellation)));

    /// <summary>
    /// Every plug publishes, <paramref name="pause"/> apart, for as long as the faults last, and at least
    /// <paramref name="reportsEach"/>. <paramref name="faults"/> can wait for parts of that with <see cref="PublishedAsync"/>.
    /// They hold on while more than <paramref name="mostAhead"/> are not stored: Mosquitto, which saves its whole queue at each
    /// change, takes one acknowledgement a saving.
    /// </summary>
    public async Task RunDuringAsync(int reportsEach, TimeSpan pause, Func<Task> faults, int mostAhead = int.MaxValue)
    {
        using var enough = new CancellationTokenSource();
        _wanted = All.Count * reportsEach;
        var publishing = Task.WhenAll(RunAsync(int.MaxValue / 2, pause, enough.Token), HoldAsync(mostAhead, enough.Token));
        try
        {
            await faults();
            await PublishedAsync(1);
        }
        finally
        {
            await enough.CancelAsync();
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var one in All)
            {
                one.IsHeld = false;
            }
        }
    }

    private async Task HoldAsync(int mostAhead, CancellationToken cancellation)
    {
        await using var store = _house.OpenTelemetry();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (mostAhead < int.MaxValue && await poll.WaitForNextTickAsync(cancellation))
        {
            var held = await IsFarAheadAsync(store, mostAhead);
            foreach (var one in All)
            {
                one.IsHeld = held;
            }
        }
    }

    private async Task<bool> IsFarAheadAsync(TelemetryDbContext store, int most)
    {
        try
        {
            return Sent - await _house.CountReadingsAsync(store) > most;
        }
        catch (DbException)
        {
            // A program that was killed is just mending its file: what cannot be counted must not grow.
            return true;
        }
    }

    /// <summary>Returns when every plug has sent so many.</summary>
    public Task SentAsync(int each) => Eventually.TrueAsync(() => All.All(one => one.Sent >= each), TimeSpan.FromMinutes(5), $"{each} reports of each plug are sent");

    /// <summary>Returns when this part (0 to 1) of the reports has been sent.</summary>
    public Task PublishedAsync(double part) =>
        Eventually.TrueAsync(() => Sent >= part * _wanted, TimeSpan.FromMinutes(5), $"{part:0.00} of {_wanted} reports are sent");

    /// <summary>
    /// One more report of each plug, after the fault: from it on the energy must be exact. Then waits until the store has what
    /// the broker took; <paramref name="within"/> this time it may still be under way. QoS 1 first, QoS 0 second; a kind that
    /// no plug is of is left out.
    /// </summary>
    public async Task<IReadOnlyList<FaultCount>> FinishAsync(TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await RunAsync(1, cancellation: deadline.Token);
        using var limit = new CancellationTokenSource(within);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        await using var store = _house.OpenTelemetry();
        while (true)
        {
            if (await _house.CountReadingsAsync(store) >= Taken + All.Count || limit.IsCancellationRequested)
            {
                var counts = await CountAsync();
                if (limit.IsCancellationRequested || counts.All(count => count.IsWhole))
                {
                    return counts;
                }
            }

            await poll.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>What the store has at this moment of what the broker took.</summary>
    public async Task<IReadOnlyList<FaultCount>> CountAsync()
    {
        List<FaultCount> counts = [];
        foreach (var kind in All.GroupBy(one => one.Plug.Qos).OrderByDescending(kind => kind.Key))
        {
            var (taken, doubled, strange) = (0, 0, 0);
            List<(string, int)> lost = [];
            List<string> wrong = [];
            foreach (var one in kind)
            {
                var log = one.Taken();
                await using var store = _house.OpenTelemetry();
                var (watts, counted) = await _house.ReadingsOfAsync(store, one.Plug.Id);
                var stored = watts.Select(number => (int)number).ToHashSet();
                taken += log.Count;
                lost.AddRange(log.Except(stored).Order().Select(number => (one.Plug.Name, number)));
                doubled += watts.Count - stored.Count;
                strange += stored.Count(number => number < 0 || number > one.Sent);
                if (Math.Abs(counted - (log.DefaultIfEmpty().Max() * FaultPlug.KilowattHoursPerReport)) > 1e-6)
                {
                    wrong.Add($"{one.Plug.Name} {counted:0.000000}");
                }
            }

            counts.Add(new(kind.Key, taken, lost, doubled, strange, wrong));
        }

        return counts;
    }
}
