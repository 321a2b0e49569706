namespace MqttChat.Web.Shell;

/// <summary>Names the resources of the shell: header, errors, reconnecting.</summary>
public sealed class ShellTexts;
