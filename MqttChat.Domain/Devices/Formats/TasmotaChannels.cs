namespace MqttChat.Domain.Devices.Formats;

/// <summary>One quantity that Tasmota tells as a number, an array or an object of phases.</summary>
internal struct TasmotaValues
{
    private double?[]? _each;
    private int _count;

    /// <summary>The one number that stands for the whole plug.</summary>
    public double? Single { get; set; }

    /// <summary>How many channels it tells apart; 0 for a single number.</summary>
    public readonly int Count => _count;

    public readonly bool IsEmpty => Single is null && _count == 0;

    public readonly double? this[int number] => number <= _count ? _each![number - 1] : null;

    /// <summary>Tells one channel's value; numbers beyond what any Tasmota has are dropped.</summary>
    public void Set(int number, double? value)
    {
        if (number is < 1 or > TasmotaChannels.Most)
        {
            return;
        }

        _each ??= new double?[TasmotaChannels.Most];
        _each[number - 1] = value;
        _count = Math.Max(_count, number);
    }
}

/// <summary>Power and counter of one source within a message.</summary>
internal struct TasmotaMeter
{
    public TasmotaValues Watts;
    public TasmotaValues KilowattHours;

    public readonly bool IsEmpty => Watts.IsEmpty && KilowattHours.IsEmpty;
}

/// <summary>Puts what a message tells into channels.</summary>
internal static class TasmotaChannels
{
    /// <summary>The most relays that the firmware knows (MAX_RELAYS on ESP32).</summary>
    public const int Most = 32;

    private static readonly string[] Names = [.. Enumerable.Range(1, Most).Select(number => $"{number}")];

    public static string NameOf(int number) => Names[number - 1];

    /// <summary>
    /// The channels of a meter. Several powers with one counter: the counter is the whole plug's, and stands under the empty
    /// name (issue 17579).
    /// </summary>
    public static void Add(in TasmotaMeter meter, List<ChannelReading> channels)
    {
        var count = Math.Max(meter.Watts.Count, meter.KilowattHours.Count);
        if (count <= 1)
        {
            var watts = meter.Watts.Single ?? meter.Watts[1];
            var energy = meter.KilowattHours.Single ?? meter.KilowattHours[1];
            if (watts is not null || energy is not null)
            {
                channels.Add(new(Names[0], null, watts, energy));
            }

            return;
        }

        for (var number = 1; number <= count; number++)
        {
            // One power with several counters: the sum over the channels must still be that power.
            var watts = meter.Watts[number] ?? (number == 1 ? meter.Watts.Single : null);
            var energy = meter.KilowattHours[number];
            if (watts is not null || energy is not null)
            {
                channels.Add(new(NameOf(number), null, watts, energy));
            }
        }

        if (meter.KilowattHours.Single is { } total)
        {
            channels.Add(new("", null, null, total));
        }
    }

    /// <summary>Says of a channel that its relay is on or off.</summary>
    public static void Switch(int number, bool isOn, List<ChannelReading> channels)
    {
        var name = NameOf(number);
        var index = channels.FindIndex(channel => channel.Channel == name);
        if (index < 0)
        {
            channels.Add(new(name, isOn));
        }
        else
        {
            channels[index] = channels[index] with { IsOn = isOn };
        }
    }
}
