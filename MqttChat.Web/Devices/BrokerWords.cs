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

    /// <summary>What staff can do about it; nothing where nothing is wrong.</summary>
    public static string Next(IStringLocalizer<DeviceTexts> texts, string? reason)
    {
        if (string.IsNullOrEmpty(reason) || reason == "connecting")
        {
            return "";
        }

        var words = texts[$"BrokerNext.{reason}"];
        return words.ResourceNotFound ? texts["BrokerNextOther"] : words.Value;
    }
}
