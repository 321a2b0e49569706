namespace MqttChat.Web.Mqtt;

/// <summary>This run of the program, where several share a house.</summary>
internal sealed class ThisInstance(TimeProvider clock)
{
    /// <summary>The machine's name and a number of this run's own, as a lease holds it.</summary>
    public string Name { get; } = $"{Environment.MachineName}-{Guid.NewGuid():N}";

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow();

    /// <summary>A name as people tell instances apart: the machine and the number's first four digits.</summary>
    public static string Short(string name) =>
        name.LastIndexOf('-') is > 0 and var dash && name.Length > dash + 5 ? $"{name[..dash]} ({name[(dash + 1)..(dash + 5)]})" : name;
}
