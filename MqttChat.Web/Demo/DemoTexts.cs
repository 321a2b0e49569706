namespace MqttChat.Web.Demo;

/// <summary>Names the demo's resources: what people in it are called and say.</summary>
internal sealed class DemoTexts;
