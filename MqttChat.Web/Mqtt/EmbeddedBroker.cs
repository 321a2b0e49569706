using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// The broker in this process, for a house that has none. The app's own sessions reach it over TCP like any other. A port
/// that is taken is tried again and again; the app serves meanwhile. Nothing is kept on disk.
/// </summary>
internal sealed class EmbeddedBroker(IOptions<MqttOptions> settings, LoginWork logins, TimeProvider clock, ILogger<EmbeddedBroker> logger)
    : BackgroundService, IBrokerPort
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly EmbeddedGuard _guard = new(
        settings.Value, logins, clock, Convert.ToHexString(RandomNumberGenerator.GetBytes(24)),
        client => logger.LogWarning("The embedded broker delivers, but keeps no more retained messages: there are too many. The last was from {Plug}", client));
    private readonly EmbeddedSessions _sessions = new(clock);
    private readonly SemaphoreSlim _moving = new(1, 1);
    private NamingAdapter? _door;
    private MqttServer? _server;
    private bool _isStopped;

    /// <summary>Where it listens and how the app logs in; null while it does not.</summary>
    public BrokerEndpoint? Endpoint { get; private set; }

    /// <summary>Why it does not listen.</summary>
    public string Trouble { get; private set; } = BrokerReasons.Unreachable;

    /// <summary>It hears the house's network; whoever comes needs a user and a password.</summary>
    public bool IsOpen => _guard.EveryoneNeedsLogin && !IsSilent;

    /// <summary>It lost its port while it moved, and tries to get it back: the app's connections stand, nobody else can come in.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>What its plugs did at the door.</summary>
    public EmbeddedPlugs Plugs => _guard.Plugs;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.IsEmbedded)
        {
            await TryListenAsync(cancellationToken).ConfigureAwait(false);
            await base.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Endpoint = null;

        // A host may be told to stop by two at once, and passes it on to its services twice.
        if (!Interlocked.Exchange(ref _isStopped, true) && _server is { IsStarted: true } server)
        {
            await server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        }
    }

    public override void Dispose()
    {
        _server?.Dispose();
        _moving.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    public async Task ListenAsync(bool toTheHouse, CancellationToken cancellation)
    {
        if (!settings.Value.IsEmbedded || settings.Value.Embedded.IsFixed)
        {
            throw RefusedException.Conflict("connect.portFixed");
        }

        await _moving.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_server is null)
            {
                throw new RefusedException(RefusalKind.Unavailable, "connect.brokerAway");
            }

            if (IsSilent || IsOpen != toTheHouse)
            {
                await MoveAsync(toTheHouse).ConfigureAwait(false);
            }
        }
        finally
        {
            _moving.Release();
        }
    }

    /// <summary>The names of the accounts with which plugs are connected.</summary>
    public async Task<IReadOnlySet<string>> ConnectedAsync() =>
        (await PlugsAsync().ConfigureAwait(false)).Select(plug => plug.Login.UserName).ToHashSet(StringComparer.Ordinal);

    /// <summary>Ends every connection with the account of that name.</summary>
    public async Task CutAsync(string userName)
    {
        foreach (var (client, login) in await PlugsAsync().ConfigureAwait(false))
        {
            if (login.UserName == userName)
            {
                await CutAsync(client).ConfigureAwait(false);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var swept = clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Retry, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            if (_server is not { } server)
            {
                await TryListenAsync(stoppingToken).ConfigureAwait(false);
            }
            else if (IsSilent)
            {
                await TryListenAgainAsync(stoppingToken).ConfigureAwait(false);
            }
            else if (clock.GetElapsedTime(swept) >= SweepEvery)
            {
                swept = clock.GetTimestamp();
                await SweepAsync(server).ConfigureAwait(false);
            }
        }
    }

    private async Task SweepAsync(MqttServer server)
    {
        try
        {
            await _sessions.SweepAsync(server).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Room is made again in a minute; the broker serves on meanwhile.
            logger.LogError(error, "Sessions at the embedded broker could not be tidied up");
        }
    }

    /// <summary>After a move that failed both ways: where the house's state says, until it works.</summary>
    private async Task TryListenAgainAsync(CancellationToken cancellation)
    {
        await _moving.WaitAsync(cancellation).ConfigureAwait(false);
        IPEndPoint? listen = null;
        try
        {
            if (IsSilent)
            {
                listen = await ChooseAsync(cancellation).ConfigureAwait(false);
                await ListenOnAsync(listen).ConfigureAwait(false);
                await CutAllAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever it is: nobody could come in until a restart if this gave up.
            Report(BrokerReasons.PortTaken, listen, error);
        }
        finally
        {
            _moving.Release();
        }
    }

    private async Task TryListenAsync(CancellationToken cancellation)
    {
        IPEndPoint? listen = null;
        MqttServer? server = null;
        try
        {
            listen = await ChooseAsync(cancellation).ConfigureAwait(false);
            _guard.EveryoneNeedsLogin = !IPAddress.IsLoopback(listen.Address);
            _door = new(settings.Value.Username);
            server = new MqttServerFactory().CreateMqttServer(EmbeddedListening.Options(listen), [_door]);
            _guard.Protect(server);
            await server.StartAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (EmbeddedListening.SocketErrorOf(error) is not null || error is InvalidOperationException or System.Data.Common.DbException)
        {
            var taken = EmbeddedListening.SocketErrorOf(error) == SocketError.AddressAlreadyInUse;
            Report(taken ? BrokerReasons.PortTaken : BrokerReasons.Unreachable, listen, error);
            server?.Dispose();
            return;
        }

        _server = server;
        Endpoint = EndpointAt(listen);
        logger.LogInformation("The embedded broker listens on {Endpoint}", listen);
    }

    /// <summary>Where the settings say; else to this machine, or to the house's network if staff opened it.</summary>
    private async Task<IPEndPoint> ChooseAsync(CancellationToken cancellation)
    {
        if (!settings.Value.Embedded.TryParse(out var wanted))
        {
            return Place(await logins.IsOpen(cancellation).ConfigureAwait(false));
        }

        return new(wanted.Address, wanted.Port == 0 ? EmbeddedListening.FreePort(wanted.Address) : wanted.Port);
    }

    private IPEndPoint Place(bool inTheHouse) => new(inTheHouse ? IPAddress.Any : IPAddress.Loopback, settings.Value.Port);

    /// <summary>Only the listening socket moves: sessions, and the app's connections, stay. Everyone else has to come in again.</summary>
    private async Task MoveAsync(bool toTheHouse)
    {
        // Closed to the nameless before it is open to the house.
        _guard.EveryoneNeedsLogin = true;
        try
        {
            await ListenOnAsync(Place(toTheHouse)).ConfigureAwait(false);
        }
        catch (Exception error) when (EmbeddedListening.SocketErrorOf(error) is not null)
        {
            logger.LogWarning("The embedded broker cannot move to {Endpoint}: {Detail}", Place(toTheHouse), error.Message);
            await BackAsync(Place(!toTheHouse)).ConfigureAwait(false);
            throw new RefusedException(RefusalKind.Unavailable, IsSilent ? "connect.portLost" : "connect.portTaken");
        }

        await CutAllAsync().ConfigureAwait(false);
    }

    private async Task BackAsync(IPEndPoint place)
    {
        try
        {
            await ListenOnAsync(place).ConfigureAwait(false);
        }
        catch (Exception error) when (EmbeddedListening.SocketErrorOf(error) is not null)
        {
            // Taken in the moment between: the loop tries on, and pages say so.
            Report(BrokerReasons.PortTaken, place, error);
        }
    }

    private async Task ListenOnAsync(IPEndPoint place)
    {
        (IsSilent, Endpoint) = (true, null);
        await _door!.MoveAsync(EmbeddedListening.Options(place)).ConfigureAwait(false);
        _guard.EveryoneNeedsLogin = !IPAddress.IsLoopback(place.Address);
        (IsSilent, Endpoint, Trouble) = (false, EndpointAt(place), BrokerReasons.Unreachable);
        logger.LogInformation("The embedded broker listens on {Endpoint} now", place);
    }

    private async Task CutAllAsync()
    {
        foreach (var client in await _server!.GetClientsAsync().ConfigureAwait(false))
        {
            if (!EmbeddedGuard.IsOwn(client.Session.Items))
            {
                await CutAsync(client).ConfigureAwait(false);
            }
        }
    }

    private BrokerEndpoint EndpointAt(IPEndPoint listen) =>
        new(EmbeddedListening.Reachable(listen.Address).ToString(), listen.Port, EmbeddedGuard.OwnUser, _guard.OwnPassword);

    private async Task<List<(MqttClientStatus Client, PlugLogin Login)>> PlugsAsync() => _server is { IsStarted: true } server
        ? [
            .. from client in await server.GetClientsAsync().ConfigureAwait(false)
               let login = EmbeddedPlugs.LoginOf(client.Session.Items)
               where login is not null
               select (client, login),
        ]
        : [];

    private static Task CutAsync(MqttClientStatus client) =>
        client.DisconnectAsync(new() { ReasonCode = MqttDisconnectReasonCode.AdministrativeAction });

    private void Report(string trouble, IPEndPoint? listen, Exception error)
    {
        if (Trouble != trouble)
        {
            logger.LogError("The embedded broker cannot listen on {Endpoint} ({Reason}): {Detail}. It tries again every {Retry} s",
                listen, trouble, error.Message, Retry.TotalSeconds);
        }

        Trouble = trouble;
    }
}
