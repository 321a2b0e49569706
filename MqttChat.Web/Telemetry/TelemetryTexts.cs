namespace MqttChat.Web.Telemetry;

/// <summary>Marks the words of the power pages (<c>TelemetryTexts.resx</c>, <c>TelemetryTexts.ja.resx</c>).</summary>
public sealed class TelemetryTexts;
