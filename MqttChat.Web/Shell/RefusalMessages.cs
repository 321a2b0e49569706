using Microsoft.Extensions.Localization;
using MqttChat.Domain;

namespace MqttChat.Web.Shell;

/// <summary>
/// The person's words for a refusal: the code is the key in the resources of the feature before its dot
/// (<c>message.tooLong</c> stands in the chat's).
/// </summary>
public sealed class RefusalMessages(IStringLocalizerFactory localizers, IStringLocalizer<ShellTexts> shell)
{
    // Names rather than types: the shell knows no feature.
    private static readonly Dictionary<string, string> ResourcesByPrefix = new(StringComparer.Ordinal)
    {
        ["message"] = "Chat.ChatTexts",
        ["room"] = "Rooms.RoomTexts",
        ["account"] = "Accounts.AccountTexts",
        ["house"] = "Accounts.Household.HouseTexts",
        ["invitation"] = "Accounts.AccountTexts",
        ["setup"] = "Accounts.AccountTexts",
        ["plug"] = "Devices.DeviceTexts",
        ["broker"] = "Devices.DeviceTexts",
        ["connect"] = "Devices.ConnectTexts",
    };

    /// <summary>What to show; a general sentence for a code that has no words of its own.</summary>
    public string For(RefusedException refusal)
    {
        var feature = refusal.Code[..Math.Max(0, refusal.Code.IndexOf('.'))];
        if (ResourcesByPrefix.TryGetValue(feature, out var resource))
        {
            var text = localizers.Create(resource, typeof(RefusalMessages).Assembly.GetName().Name!)[refusal.Code];
            if (!text.ResourceNotFound)
            {
                return text.Value;
            }
        }

        return shell["Refused"];
    }
}
