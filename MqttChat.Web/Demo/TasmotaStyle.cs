namespace MqttChat.Web.Demo;

/// <summary>How a plug writes times (Tasmota's command <c>Time</c>, and its option 52).</summary>
internal enum TasmotaTime
{
    /// <summary>The plug's wall clock, without a zone: as it comes from the factory.</summary>
    Local,
    /// <summary>With the zone (option 52).</summary>
    WithZone,
    /// <summary>The wall clock and seconds since 1970 (<c>Time 2</c>).</summary>
    WithEpoch,
    /// <summary>Seconds since 1970 (<c>Time 3</c>).</summary>
    Epoch,
}

/// <summary>What people change in a Tasmota's settings; as it stands, it is the factory's.</summary>
internal sealed record TasmotaStyle
{
    public string FullTopic { get; init; } = "%prefix%/%topic%/";

    public string Command { get; init; } = "cmnd";

    public string Status { get; init; } = "stat";

    public string Telemetry { get; init; } = "tele";

    public string On { get; init; } = "ON";

    public string Off { get; init; } = "OFF";

    public string Online { get; init; } = "Online";

    public string Offline { get; init; } = "Offline";

    public TasmotaTime Time { get; init; } = TasmotaTime.Local;

    /// <summary>How often it reports unasked; 10 s is the least the firmware takes.</summary>
    public TimeSpan TelePeriod { get; init; } = TimeSpan.FromSeconds(10);
}
