namespace MqttChat.Tests.Support;

/// <summary>A test that needs a SQL Server: it runs where MQTTCHAT_TEST_SQLSERVER holds a connection string to an empty database.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqlServerFactAttribute : FactAttribute
{
    public const string Variable = "MQTTCHAT_TEST_SQLSERVER";

    public SqlServerFactAttribute()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            Skip = $"{Variable} names no SQL Server.";
        }
    }

    public static string? ConnectionString => Environment.GetEnvironmentVariable(Variable);
}
