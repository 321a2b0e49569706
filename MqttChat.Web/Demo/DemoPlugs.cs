using MqttChat.Web.Demo.Loads;

namespace MqttChat.Web.Demo;

/// <summary>One of the demo's plugs, the room it stands in, and whether it is the one that somebody left on.</summary>
internal sealed record DemoPlug(SimulatedPlug Plug, DemoRoom Room, bool IsLeftOn);

/// <summary>The ten plugs of the demo house: what hangs on them, and how each was set up by whoever screwed it in.</summary>
internal static class DemoPlugs
{
    /// <summary>How far back their history goes.</summary>
    public static readonly TimeSpan Past = TimeSpan.FromDays(30);

    /// <summary>For how long the heater has been on when the house is opened first.</summary>
    private static readonly TimeSpan LeftOn = TimeSpan.FromHours(9);

    public static IReadOnlyList<DemoPlug> Of(DemoWords words, TimeZoneInfo zone, DateTimeOffset madeAt, TimeProvider clock)
    {
        var mains = words.Language == "ja" ? Mains.Japan : Mains.Most;
        var opened = TimeZoneInfo.ConvertTime(madeAt, zone).DateTime;
        var television = new TelevisionLoad(Used(opened, -40, 100));
        DemoPlug Make(string key, DemoRoom room, string mac, string model, double kilowattHours, TasmotaStyle style, params SimulatedLoad[] loads) => new(
            new(new(key, words[$"Plug-{key}"], mac, model), style, new(loads, zone, madeAt - Past, kilowattHours), mains.Volts, clock)
            {
                // The hall is the far end of the house's Wi-Fi.
                Reach = key == "lamp" ? (TimeSpan.FromMinutes(6), TimeSpan.FromSeconds(25)) : null,
            },
            room, loads[0] is HeaterLoad);

        return
        [
            Make("fridge", DemoRoom.Kitchen, "A4CF12000001", "Nous A1T", 312.4, new(), new FridgeLoad()),
            Make("heater", DemoRoom.QuietFloor, "A4CF12000002", "Athom Plug V2", 187.9, new() { Time = TasmotaTime.WithZone }, new HeaterLoad(opened - LeftOn)),
            Make("washer", DemoRoom.Laundry, "A4CF12000003", "Gosund SP111", 96.2, Basement(), new WashingMachineLoad(mains, Used(opened, -31, WashingMachineLoad.Wash.TotalMinutes))),
            Make("kettle", DemoRoom.Kitchen, "A4CF12000004", "Athom Plug V2", 58.3, new(), new KettleLoad(mains, Used(opened, 1, 2.6), Used(opened, 9, 2.4))),
            Make("television", DemoRoom.Lounge, "A4CF12000005", "Athom Dual Plug", 121.7, new() { TelePeriod = TimeSpan.FromSeconds(15) }, television, new SpeakerLoad(television)),
            Make("dryer", DemoRoom.Laundry, "A4CF12000006", "Gosund SP111", 141.5, Basement(), new DryerLoad(mains)),
            Make("rice-cooker", DemoRoom.Kitchen, "A4CF12000007", "Nous A1T", 44.8, new() { Time = TasmotaTime.WithEpoch }, new RiceCookerLoad()),
            Make("lamp", DemoRoom.Lounge, "A4CF12000008", "BlitzWolf SHP6", 9.1, new() { Online = "onln", Offline = "ofln", TelePeriod = TimeSpan.FromSeconds(20) }, new LampLoad(Used(opened, -35, 110))),
            Make("fan", DemoRoom.Lounge, "A4CF12000009", "Sonoff S31", 17.6, new() { Time = TasmotaTime.Epoch }, new FanLoad(Used(opened, -25, 105))),
            Make("router", DemoRoom.Staff, "A4CF1200000A", "Sonoff S31", 203.3, new() { On = "1", Off = "0", TelePeriod = TimeSpan.FromSeconds(30) }, new RouterLoad()),
        ];
    }

    // Somebody who likes order has named the topics by their place.
    private static TasmotaStyle Basement() => new() { FullTopic = "basement/%topic%/%prefix%/", TelePeriod = TimeSpan.FromSeconds(12) };

    // Whoever opens the house finds it in use, whatever time it is.
    private static Use Used(DateTime opened, double minutesAfter, double minutes) => new(opened.AddMinutes(minutesAfter), TimeSpan.FromMinutes(minutes));
}

/// <summary>The demo's rooms.</summary>
internal enum DemoRoom
{
    /// <summary>The one that the house has from the start.</summary>
    Everyone,
    Kitchen,
    Laundry,
    Lounge,
    QuietFloor,
    /// <summary>For staff alone.</summary>
    Staff,
}
