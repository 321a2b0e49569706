namespace MqttChat.Web.Devices;

/// <summary>Marks the words of the page where plugs are connected.</summary>
public sealed class ConnectTexts;
