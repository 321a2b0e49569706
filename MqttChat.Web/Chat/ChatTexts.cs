namespace MqttChat.Web.Chat;

/// <summary>Names the resources of the chat: messages, composer, refusals of <c>message.*</c>.</summary>
public sealed class ChatTexts;
