namespace MqttChat.Tests.Support;

/// <summary>Makes pictures of the pages rather than testing them: it runs where MQTTCHAT_SCREENSHOTS names the folder (<c>tools/screenshots.sh</c>).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScreenshotFactAttribute : FactAttribute
{
    public const string Variable = "MQTTCHAT_SCREENSHOTS";

    public ScreenshotFactAttribute()
    {
        if (string.IsNullOrWhiteSpace(Folder))
        {
            Skip = $"{Variable} names no folder for the pictures.";
        }
    }

    public static string? Folder => Environment.GetEnvironmentVariable(Variable);
}
