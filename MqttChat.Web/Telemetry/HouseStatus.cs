using System.Reflection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Accounts;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Telemetry;

/// <summary>How this instance is doing; the page and the API tell the same.</summary>
internal sealed class HouseStatus(BrokerStatus broker, IngestCounters counters, CircuitLimit circuits, DatabaseOptions database)
{
    public BrokerState Broker => broker.Current;

    public IngestCounters Ingest => counters;

    public int Circuits => circuits.Count;

    public string Database => database.Provider switch
    {
        DatabaseProvider.SqlServer => "SQL Server",
        _ => "SQLite",
    };

    public string Version { get; } =
        typeof(HouseStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
