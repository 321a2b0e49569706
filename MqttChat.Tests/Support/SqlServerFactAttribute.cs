namespace MqttChat.Tests.Support;

/// <summary>Runs where <c>MQTTCHAT_TEST_SQLSERVER</c> names a server (a connection string without a database).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqlServerFactAttribute : FactAttribute
{
    public SqlServerFactAttribute()
    {
        if (ConnectionString is null)
        {
            Skip = "MQTTCHAT_TEST_SQLSERVER names no SQL Server.";
        }
    }

    public static string? ConnectionString { get; } =
        Environment.GetEnvironmentVariable("MQTTCHAT_TEST_SQLSERVER") is { Length: > 0 } value ? value : null;
}
