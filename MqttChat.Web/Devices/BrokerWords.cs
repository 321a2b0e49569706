using Microsoft.Extensions.Localization;

namespace MqttChat.Web.Devices;

/// <summary>Why the broker is away, in words.</summary>
internal static class BrokerWords
{
    /// <summary>The words of a reason code (<see cref="Mqtt.BrokerState.Reason"/>); an unknown code is shown as it is.</summary>
    public static string Reason(IStringLocalizer<DeviceTexts> texts, string? reason)
    {
        if (string.IsNullOrEmpty(reason))
        {
            return "";
        }

        var words = texts[$"BrokerReason.{reason}"];
        return words.ResourceNotFound ? texts["BrokerReasonOther", reason] : words.Value;
    }
}
