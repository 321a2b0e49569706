namespace MqttChat.Web.Accounts.Household;

/// <summary>Anchor of the words about the house.</summary>
public sealed class HouseTexts;
