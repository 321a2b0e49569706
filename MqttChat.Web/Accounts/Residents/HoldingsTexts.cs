namespace MqttChat.Web.Accounts.Residents;

/// <summary>Anchor of the words about what people have made.</summary>
public sealed class HoldingsTexts;
