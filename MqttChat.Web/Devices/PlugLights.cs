using MqttChat.Domain.Devices;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Devices;

/// <summary>How far a plug has come that an account was made for.</summary>
public enum PlugLight
{
    /// <summary>Its account was not finished, or not wholly taken away.</summary>
    Unfinished,
    /// <summary>Nothing heard of it.</summary>
    Waiting,
    /// <summary>Somebody tried its account with a wrong password. Only the embedded broker tells.</summary>
    WrongPassword,
    /// <summary>It is connected and has said nothing. Only the embedded broker tells.</summary>
    Connected,
    /// <summary>It has been heard.</summary>
    Heard,
}

/// <summary>Tells how far plugs have come, from what discovery heard and what the embedded broker saw.</summary>
internal sealed class PlugLights(EmbeddedBroker embedded)
{
    /// <summary>By the account's id.</summary>
    public async Task<IReadOnlyDictionary<int, PlugLight>> OfAsync(IReadOnlyList<GivenCredential> given)
    {
        var connected = await embedded.ConnectedAsync();
        return given.ToDictionary(one => one.Credential.Id, one => Of(one.Credential, connected));
    }

    private PlugLight Of(PlugCredential credential, IReadOnlySet<string> connected) =>
        credential.ReadyAt is null ? PlugLight.Unfinished
        : credential.FirstHeardAt is not null ? PlugLight.Heard
        : connected.Contains(credential.UserName) ? PlugLight.Connected
        : embedded.Plugs.WrongPasswordAt(credential.UserName) is not null ? PlugLight.WrongPassword
        : PlugLight.Waiting;
}
