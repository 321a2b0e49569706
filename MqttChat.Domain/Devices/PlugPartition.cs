namespace MqttChat.Domain.Devices;

/// <summary>Which ingest partition a plug belongs to.</summary>
public static class PlugPartition
{
    /// <summary>Stable for a given number of partitions; a plug's reports stay in one partition, and so in order.</summary>
    public static int Of(int plugId, int partitions) => plugId % partitions;
}
