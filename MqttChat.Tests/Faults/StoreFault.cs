using System.Diagnostics;
using System.Globalization;
using System.Net;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>
/// A house whose store cannot be written for a while, and what must hold meanwhile and after: nothing is acknowledged, pages
/// are read, posts are told to try again, and in the end everything is there once.
/// </summary>
internal sealed class StoreFault : IAsyncDisposable
{
    private const double MostGrowth = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly FaultHouse _house;
    private readonly PageVisitor _visitor;
    private readonly int _room;
    private readonly List<(string Id, string Text)> _refused = [];
    private TimeSpan _slowest;
    private double _growth;
    private int _reads;

    private StoreFault(FaultHouse house, FaultPublishers plugs, PageVisitor visitor, int room) =>
        (_house, Plugs, _visitor, _room) = (house, plugs, visitor, room);

    public FaultPublishers Plugs { get; }

    /// <summary>Adopts plugs of its own in a house that runs.</summary>
    public static async Task<StoreFault> BeginAsync(FaultHouse house, string name, int plugs)
    {
        await house.Staff.LoginAgainAsync();
        var publishers = await FaultPublishers.AdoptAsync(house, name, plugs);
        var room = await house.Staff.MakeRoomAsync(name);
        await house.Staff.SayAsync(room, "Said before");
        return new(house, publishers, await PageVisitor.SignInAsync(house.App.BaseAddress), room);
    }

    /// <summary>
    /// Lets the plugs report for <paramref name="length"/> with the fault and for a while before and after;
    /// <paramref name="meanwhile"/> runs with the fault, <paramref name="last"/> at its end, <paramref name="after"/> just after it.
    /// </summary>
    public async Task<string> RunAsync(
        TimeSpan length, Func<Task<IAsyncDisposable>> begin, Func<Task> meanwhile, Func<Task>? last = null, Func<Task>? after = null)
    {
        var warm = length / 4 < Warm ? length / 4 : Warm;
        var clock = new Stopwatch();
        await Plugs.RunDuringAsync((int)((length + warm + warm) / Pause), Pause, () => LiveAsync(clock, length, warm, begin, meanwhile, last, after));
        await PostAgainAsync();
        var counts = await Plugs.FinishAsync(TimeSpan.FromSeconds(90));
        Assert.True(counts.All(count => count.IsWhole), string.Join("; ", counts));
        Assert.Equal("", await StoreLock.FaultsAsync(_house.App.DataDirectory));
        Assert.True(_growth <= MostGrowth, $"The program's memory grew by {_growth:0} MB.");
        return string.Create(CultureInfo.InvariantCulture,
            $"{clock.Elapsed.TotalSeconds:0} s; {string.Join("; ", counts)}; memory +{_growth:0.0} MB; {_reads} times read; {_refused.Count} posts told to try again within {_slowest.TotalSeconds:0.0} s, stored once after; integrity ok");
    }

    // The plugs report before, through and after it.
    private async Task LiveAsync(
        Stopwatch clock, TimeSpan length, TimeSpan warm, Func<Task<IAsyncDisposable>> begin, Func<Task> meanwhile, Func<Task>? last, Func<Task>? after)
    {
        await using var store = _house.OpenTelemetry();
        var before = await _house.CountReadingsAsync(store);
        await Eventually.TrueAsync(
            async () => await _house.CountReadingsAsync(store) >= before + (Plugs.All.Count * (int)(warm / Pause)), what: "reports are stored");

        // What a page takes when it is drawn for the first time is no growth by the fault.
        await ReadAsync();
        clock.Start();
        await using (await begin())
        {
            await using var memory = AppMemory.Watch(_house.App.ProcessId);
            do
            {
                await meanwhile();
                await ReadAsync();
                _reads++;
            }
            while (clock.Elapsed < length);
            _growth = memory.Growth;
            await (last?.Invoke() ?? Task.CompletedTask);
        }

        await (after?.Invoke() ?? Task.CompletedTask);
    }

    private async Task ReadAsync()
    {
        Assert.Contains("Said before", await _visitor.ReadAsync($"/rooms/{_room}"), StringComparison.Ordinal);
        await _visitor.ReadAsync("/dashboard");
        Assert.NotEqual(0, (await _house.Staff.GetAsync($"rooms/{_room}/messages")).GetProperty("items").GetArrayLength());
    }

    /// <summary>No report is stored while this runs, for so long.</summary>
    public async Task NothingIsStoredAsync(TimeSpan length) => Assert.True(await StandsStillAsync(length), "nothing is stored");

    /// <summary>Whether no report was stored for so long.</summary>
    public async Task<bool> StandsStillAsync(TimeSpan length)
    {
        await using var store = _house.OpenTelemetry();
        var stored = await _house.CountReadingsAsync(store);
        var sent = Plugs.Sent;
        using var time = new PeriodicTimer(length);
        await time.WaitForNextTickAsync();
        Assert.True(Plugs.Sent > sent, "reports go on");
        return stored == await _house.CountReadingsAsync(store);
    }

    /// <summary>Reports go on being stored.</summary>
    public async Task SomethingIsStoredAsync()
    {
        await using var store = _house.OpenTelemetry();
        var stored = await _house.CountReadingsAsync(store);
        await Eventually.TrueAsync(async () => await _house.CountReadingsAsync(store) > stored, what: "reports go on being stored");
    }

    /// <summary>A post is told to try again, in time.</summary>
    public async Task PostIsRefusedAsync()
    {
        var post = (Id: Guid.NewGuid().ToString("N"), Text: $"Said meanwhile {_refused.Count}");
        var began = FairTime.Now;
        var (status, body) = await PostAsync(post);
        var took = FairTime.Since(began);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "message.tryAgain"), (status, body.GetProperty("code").GetString()));
        Assert.True(took < AnswerWithin, $"The answer took {took}.");
        _slowest = took > _slowest ? took : _slowest;
        _refused.Add(post);
    }

    /// <summary>A post goes through, in time.</summary>
    public async Task PostIsStoredAsync()
    {
        var began = FairTime.Now;
        HouseApi.Checked(await PostAsync((Guid.NewGuid().ToString("N"), "Said beside")));
        var took = FairTime.Since(began);
        Assert.True(took < AnswerWithin, $"The answer took {took}.");
    }

    public ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> PostAsync((string Id, string Text) post) =>
        _house.Staff.PostAsync($"rooms/{_room}/messages", new { text = post.Text, clientMessageId = post.Id });

    // Twice: the person's second click must not say it twice.
    private async Task PostAgainAsync()
    {
        await _house.Staff.LoginAgainAsync();
        foreach (var post in _refused.Concat(_refused))
        {
            HouseApi.Checked(await PostAsync(post));
        }

        var texts = (await _house.Staff.GetAsync($"rooms/{_room}/messages?limit=200")).GetProperty("items").EnumerateArray()
            .Select(message => message.GetProperty("text").GetString()).Where(text => text!.StartsWith("Said meanwhile", StringComparison.Ordinal)).ToList();
        Assert.Equal(_refused.Select(post => post.Text), texts);
    }
}
