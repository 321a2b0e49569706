using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

internal static class AddressKeys
{
    /// <summary>Whose tries these are, for <see cref="AttemptLimiter"/>.</summary>
    public static string AddressKey(this HttpContext http) => AttemptLimiter.KeyOf(http.Connection.RemoteIpAddress);
}
