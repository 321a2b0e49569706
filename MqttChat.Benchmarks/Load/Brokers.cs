using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Load;

/// <summary>The two ways in which Mosquitto keeps what it promised, because the first bounds everything behind it.</summary>
internal static class Brokers
{
    /// <summary>deploy/mosquitto as it is: the whole database is written after each change.</summary>
    public static readonly (string Name, MosquittoSettings Settings) Deployed = ("deploy/mosquitto as it is", new());

    /// <summary>The same, written every second whatever changed.</summary>
    public static readonly (string Name, MosquittoSettings Settings) EverySecond = (
        "deploy/mosquitto with autosave_on_changes false",
        MosquittoSettings.SavesEverySecond);
}
