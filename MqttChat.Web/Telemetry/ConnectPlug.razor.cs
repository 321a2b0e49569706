using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Web.Devices;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Telemetry;

/// <summary>Makes a plug its account at the broker, says what to type into it, and shows when it has come.</summary>
public sealed partial class ConnectPlug
{
    private IReadOnlyList<GivenCredential> _given = [];
    private IReadOnlyDictionary<int, PlugLight> _lights = new Dictionary<int, PlugLight>();
    private PlugAddress _address = new(null, [], 1883);
    private BrokerAccounts? _accounts;
    private MadeCredential? _made;
    private Viewer? _viewer;
    private string? _said;
    private Func<PlugToConnect, CancellationToken, Task> _make = null!;
    private Func<int, CancellationToken, Task> _revoke = null!;
    private Func<bool, CancellationToken, Task> _move = null!;

    [Inject]
    internal PlugCredentials Credentials { get; set; } = null!;

    [Inject]
    internal BrokerOpening Opening { get; set; } = null!;

    [Inject]
    internal IBrokerAccess Access { get; set; } = null!;

    [Inject]
    internal PlugLights Lights { get; set; } = null!;

    [Inject]
    internal BrokerAddress Address { get; set; } = null!;

    [Inject]
    internal BrokerStatus Broker { get; set; } = null!;

    [Inject]
    internal EmbeddedBroker Embedded { get; set; } = null!;

    [Inject]
    internal IOptions<MqttOptions> Mqtt { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    // What the embedded broker sees at its door no signal tells of.
    private protected override IDisposable Subscribe(LivePower live, Action onChanged) =>
        new Both(live.SubscribeWithNewPlugs(onChanged), live.SubscribeFast(onChanged));

    /// <inheritdoc />
    protected override void OnInitialized() => (_make, _revoke, _move) = (MakeAsync, RevokeAsync, MoveAsync);

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var viewer = _viewer ??= await FindViewerAsync();
        _address = Address.For(new Uri(Navigation.BaseUri));
        _given = await Credentials.ListAsync(viewer, cancellation);
        _lights = await Lights.OfAsync(_given);
        if (_accounts is null && RendererInfo.IsInteractive && Broker.Current.Connected)
        {
            await FindAccountsAsync(cancellation);
        }
    }

    private PlugLight LightOf(int id) => _lights.GetValueOrDefault(id, PlugLight.Waiting);

    private async Task FindAccountsAsync(CancellationToken cancellation)
    {
        try
        {
            _accounts = await Access.FindAccountsAsync(cancellation);
        }
        catch (RefusedException)
        {
            // The banner says that the broker is away; the next read asks again.
            _accounts = null;
        }
    }

    private async Task MakeAsync(PlugToConnect wanted, CancellationToken cancellation)
    {
        _made = await Credentials.MakeAsync(_viewer!, wanted, cancellation);
        _accounts = _made.Credential.Accounts;
        await SayAsync(Texts["MadeTitle", _made.Credential.ShownName]);
    }

    private async Task RevokeAsync(int id, CancellationToken cancellation)
    {
        var name = _given.FirstOrDefault(given => given.Credential.Id == id)?.Credential.ShownName;
        try
        {
            await Credentials.RevokeAsync(_viewer!, id, cancellation);
        }
        catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            // Somebody else was quicker.
            name ??= "";
        }

        _made = _made?.Credential.Id == id ? null : _made;
        await SayAsync(Texts["Revoked", name ?? ""]);
    }

    private async Task MoveAsync(bool toTheHouse, CancellationToken cancellation)
    {
        await (toTheHouse ? Opening.OpenAsync(_viewer!, cancellation) : Opening.CloseAsync(_viewer!, cancellation));
        await SayAsync(Texts[toTheHouse ? "DoorOpen" : "DoorShut"]);
    }

    private async Task SayAsync(string text)
    {
        _said = text;
        await ReadAgainAsync();
    }

    private sealed class Both(IDisposable one, IDisposable other) : IDisposable
    {
        public void Dispose()
        {
            one.Dispose();
            other.Dispose();
        }
    }
}
