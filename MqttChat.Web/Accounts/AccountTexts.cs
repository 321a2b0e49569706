namespace MqttChat.Web.Accounts;

/// <summary>Names the resources of accounts: set-up, signing in, profile, people, invitations.</summary>
public sealed class AccountTexts;
