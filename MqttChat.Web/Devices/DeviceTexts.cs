namespace MqttChat.Web.Devices;

/// <summary>Marks the words of plugs and the broker (<c>DeviceTexts.resx</c>, <c>DeviceTexts.ja.resx</c>).</summary>
public sealed class DeviceTexts;
