namespace MqttChat.Web.Demo.Loads;

/// <summary>What comes out of the wall, and so what appliances are sold for it.</summary>
/// <param name="Volts">The voltage.</param>
/// <param name="Strong">What a kettle or a dryer draws, in watts.</param>
/// <param name="HeatsWater">Washing machines have a heater of their own.</param>
internal sealed record Mains(int Volts, double Strong, bool HeatsWater)
{
    public static readonly Mains Most = new(230, 2050, HeatsWater: true);

    public static readonly Mains Japan = new(100, 1270, HeatsWater: false);
}
