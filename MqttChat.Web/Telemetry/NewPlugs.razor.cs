using Microsoft.AspNetCore.Components;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Web.Devices;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Telemetry;

/// <summary>Plugs that were heard and belong to nobody yet: take them in, or out of sight.</summary>
public sealed partial class NewPlugs
{
    private IReadOnlyList<HeardView> _heard = [];
    private IReadOnlyList<Plug> _ignored = [];
    private IReadOnlyList<PlugPlace> _rooms = [];
    private Viewer? _viewer;
    private Plug? _adopted;
    private string? _said;
    private AdoptPlug _adopt = null!;
    private Func<int, CancellationToken, Task> _ignore = null!;
    private Func<int, CancellationToken, Task> _follow = null!;
    private bool _followed;

    [Inject]
    internal DeviceRegistry Registry { get; set; } = null!;

    [Inject]
    internal PlugCredentials Credentials { get; set; } = null!;

    [Inject]
    internal PlugPlaces Places { get; set; } = null!;

    [Inject]
    internal BrokerStatus Broker { get; set; } = null!;

    [Inject]
    internal SilenceRule Silence { get; set; } = null!;

    private protected override IDisposable Subscribe(LivePower live, Action onChanged) => live.SubscribeWithNewPlugs(onChanged);

    /// <inheritdoc />
    protected override void OnInitialized() => (_adopt, _ignore, _follow) = (AdoptAsync, IgnoreAsync, FollowAsync);

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var viewer = _viewer ??= await FindViewerAsync();
        var heard = await Registry.DiscoveredAsync(viewer, cancellation);
        var now = Clock.GetUtcNow();
        // What staff called it when they made its account is what they will call it.
        var named = (await Credentials.ListAsync(viewer, cancellation)).Where(given => given.Credential.Label is not null)
            .ToDictionary(given => (given.Credential.Family, given.Credential.UserName), given => given.Credential.Label!);
        _heard = [.. heard.Select(plug => HeardView.Of(plug.AsOf(Silence, now))).Select(plug => named.TryGetValue((plug.Family, plug.Address), out var name) ? plug with { Name = name } : plug)];
        if (_rooms.Count == 0)
        {
            (_rooms, _ignored) = (await Places.RoomsAsync(viewer, cancellation), await Registry.IgnoredAsync(viewer, cancellation));
        }
    }

    private async Task AdoptAsync(int plugId, string name, int? roomId, CancellationToken cancellation)
    {
        (_adopted, _followed) = (await Registry.AdoptAsync(_viewer!, plugId, name, roomId, cancellation), false);
        await SayAsync(Texts["Adopted", _adopted.Name ?? ""]);
    }

    private async Task FollowAsync(int plugId, CancellationToken cancellation)
    {
        (_adopted, _followed) = (await Registry.FollowAsync(_viewer!, plugId, cancellation), true);
        await SayAsync(Texts["Followed", _adopted.Name ?? ""]);
    }

    private async Task IgnoreAsync(int plugId, CancellationToken cancellation)
    {
        await Registry.IgnoreAsync(_viewer!, plugId, cancellation);
        await SayAsync(Texts["Ignored"]);
    }

    private async Task RestoreAsync(int plugId)
    {
        try
        {
            await Registry.RestoreAsync(_viewer!, plugId, Gone);
            await SayAsync(Texts["Restored"]);
        }
        catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            // Somebody else was quicker.
            await SayAsync("");
        }
    }

    private async Task SayAsync(string text)
    {
        _said = text;
        _ignored = await Registry.IgnoredAsync(_viewer!, Gone);
        await ReadAgainAsync();
    }
}
