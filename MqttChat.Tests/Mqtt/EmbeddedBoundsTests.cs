using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>What one client may cost the embedded broker, and what becomes of a broker that loses its port.</summary>
public sealed class EmbeddedBoundsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly int _port = FreePort.Next();
    private readonly Told _told = new();
    private EmbeddedBroker _broker = null!;

    public async Task InitializeAsync()
    {
        var fridge = new PlugCredential
        {
            Id = 1, UserName = "fridge", Family = PlugTopics.Tasmota, CreatedById = "staff", PasswordHash = BrokerPassword.HashOf("secret"),
        };
        var logins = new LoginWork((user, _) => Task.FromResult(user == "fridge" ? fridge : null), _ => Task.FromResult(false));
        _broker = new(Options.Create(new MqttOptions { Port = _port }), logins, _clock, _told);
        await _broker.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _broker.StopAsync(CancellationToken.None);
        _broker.Dispose();
    }

    [Fact]
    public async Task Retained_BeyondThePlugsShare_IsDeliveredButNotKept()
    {
        await using var live = await MqttTestClient.ConnectAsync(_port);
        await live.SubscribeAsync("tele/#");
        await using var fridge = await FridgeAsync();
        var payload = new byte[1_000_000];

        for (var i = 0; i < 9; i++)
        {
            await fridge.PublishAsync($"tele/fridge/{i}", payload, retain: true);
        }

        await Eventually.TrueAsync(() => live.Heard.Count == 9);
        await using var later = await MqttTestClient.ConnectAsync(_port);
        await later.SubscribeAsync("tele/#");
        await live.PublishAsync("tele/end", "");
        // What is kept and what is said now come in no order of their own.
        await Eventually.TrueAsync(
            () => later.Heard.Any(heard => heard.Topic == "tele/end") && later.Heard.Count(heard => heard.Payload.Length == payload.Length) >= 8);
        Assert.Equal(8, later.Heard.Count(heard => heard.Payload.Length == payload.Length));
        Assert.Single(_told.Lines, line => line.Contains("keeps no more", StringComparison.Ordinal));
    }

    [Fact]
    public void Ledger_CountsReplacesAndForgets()
    {
        var ledger = new RetainedLedger();
        for (var i = 0; i < RetainedLedger.MostOfOne; i++)
        {
            Assert.True(ledger.TryKeep("fridge", $"tele/fridge/{i}", 1));
        }

        Assert.False(ledger.TryKeep("fridge", "tele/fridge/more", 1));
        Assert.True(ledger.TryKeep("fridge", "tele/fridge/0", 100));
        Assert.True(ledger.TryKeep("lamp", "tele/lamp/0", 1));
        Assert.True(ledger.TryKeep("fridge", "tele/fridge/1", 0));
        Assert.True(ledger.TryKeep("fridge", "tele/fridge/more", 1));
        Assert.False(ledger.TryKeep("fridge", "tele/fridge/2", RetainedLedger.MostBytesOfOne));
        Assert.Equal(RetainedLedger.MostOfOne + 1, ledger.Count);
        for (var i = 0; ledger.Count < RetainedLedger.Most; i++)
        {
            Assert.True(ledger.TryKeep("", $"others/{i}", 1));
        }

        Assert.False(ledger.TryKeep("", "others/more", 1));
        Assert.False(ledger.TryKeep("lamp", "tele/lamp/1", 1));
        Assert.True(ledger.TryKeep("lamp", "tele/lamp/0", 0));
        Assert.True(ledger.TryKeep("lamp", "tele/lamp/1", 1));
    }

    [Fact]
    public async Task Connections_OfOnePlug_AreFew()
    {
        List<MqttTestClient> clients = [];
        for (var i = 0; i < EmbeddedSessions.MostOfOne; i++)
        {
            clients.Add(await MqttTestClient.ConnectAsync(_port, "fridge", "secret", $"fridge-{i}"));
        }

        var (refused, code) = await MqttTestClient.TryConnectAsync(_port, "fridge", "secret", "one-more");
        await using var again = await MqttTestClient.ConnectAsync(_port, "fridge", "secret", "fridge-0");
        await using var other = await MqttTestClient.ConnectAsync(_port);

        Assert.Equal("ServerBusy", code);
        clients.Add(refused);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Session_OfAPlug_IsNotKept_AndOthersUntilTheyExpire()
    {
        await using (var fridge = await MqttTestClient.ConnectAsync(_port, "fridge", "secret", "fridge", keep: true))
        await using (var nameless = await MqttTestClient.ConnectAsync(_port, clientId: "nameless", keep: true))
        {
            await fridge.SubscribeAsync("cmnd/fridge/#");
            await nameless.SubscribeAsync("away/#");
        }

        await using var asks = await MqttTestClient.ConnectAsync(_port);
        await Eventually.TrueAsync(async () => !await asks.IsHeardAsync("cmnd/fridge/POWER"));
        Assert.True(await asks.IsHeardAsync("away/x"));

        // It asked for a minute; the next round after it ends it.
        await Eventually.TrueAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            return !await asks.IsHeardAsync("away/x");
        });
    }

    [Fact]
    public async Task Broker_ThatLosesItsPortWhileItMoves_SaysSo_AndTakesItBackWhenItIsFree()
    {
        using var neighbour = new TcpListener(IPAddress.Parse("127.0.0.2"), _port);
        using var taker = new TcpListener(IPAddress.Loopback, _port);
        neighbour.Start();
        _told.At("cannot move", taker.Start);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => _broker.ListenAsync(toTheHouse: true, default));
        Assert.Equal("connect.portLost", refusal.Code);
        Assert.Equal((true, false, null, BrokerReasons.PortTaken), (_broker.IsSilent, _broker.IsOpen, _broker.Endpoint, _broker.Trouble));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_broker.IsSilent);
        taker.Stop();
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return !_broker.IsSilent;
        });

        await using var client = await MqttTestClient.ConnectAsync(_port);
        Assert.Equal((false, _port), (_broker.IsOpen, _broker.Endpoint!.Port));
    }

    private Task<MqttTestClient> FridgeAsync() => MqttTestClient.ConnectAsync(_port, "fridge", "secret");

    private sealed class Told : ILogger<EmbeddedBroker>
    {
        private readonly ConcurrentQueue<string> _lines = [];
        private (string Mark, Action Act)? _at;

        public IEnumerable<string> Lines => _lines;

        public void At(string mark, Action act) => _at = (mark, act);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = formatter(state, exception);
            _lines.Enqueue(line);
            if (_at is var (mark, act) && line.Contains(mark, StringComparison.Ordinal))
            {
                act();
            }
        }
    }
}
