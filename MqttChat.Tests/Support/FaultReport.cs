namespace MqttChat.Tests.Support;

/// <summary>What the full fault tests found, a line each, for <c>docs/proof.md</c>.</summary>
public static class FaultReport
{
    private static readonly Lock Gate = new();

    /// <summary>Adds a row to the file that <c>MQTTCHAT_TEST_REPORT</c> names; without one, to the console.</summary>
    public static void Write(string row, string figures)
    {
        var line = $"| {row} | {figures} |";
        lock (Gate)
        {
            if (Environment.GetEnvironmentVariable("MQTTCHAT_TEST_REPORT") is { Length: > 0 } file)
            {
                File.AppendAllText(file, line + Environment.NewLine);
            }
            else
            {
                Console.WriteLine(line);
            }
        }
    }
}
