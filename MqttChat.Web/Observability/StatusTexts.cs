namespace MqttChat.Web.Observability;

/// <summary>Marks the words of the status page (<c>StatusTexts.resx</c>, <c>StatusTexts.ja.resx</c>).</summary>
public sealed class StatusTexts;
