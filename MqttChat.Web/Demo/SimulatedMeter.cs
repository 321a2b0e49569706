using MqttChat.Web.Demo.Loads;

namespace MqttChat.Web.Demo;

/// <summary>The relays and counters of a simulated plug: what is on, what is drawn, what was consumed since it was bought.</summary>
internal sealed class SimulatedMeter
{
    // A kettle boils for two minutes; a drum's turns even out.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly SimulatedLoad[] _loads;
    private readonly TimeZoneInfo _zone;
    private readonly double[] _kilowattHours;
    private readonly bool[] _on;

    /// <summary>A meter that begins to count at a moment, everything on.</summary>
    public SimulatedMeter(IReadOnlyList<SimulatedLoad> loads, TimeZoneInfo zone, DateTimeOffset from, double kilowattHours)
    {
        (_loads, _zone, CountedUntil) = ([.. loads], zone, from);
        _kilowattHours = [.. loads.Select((_, place) => Math.Round(kilowattHours / (place + 1), 3))];
        _on = [.. loads.Select(_ => true)];
    }

    /// <summary>How many relays it has.</summary>
    public int Channels => _loads.Length;

    /// <summary>Its clock's zone.</summary>
    public TimeZoneInfo Zone => _zone;

    /// <summary>Up to when it has counted.</summary>
    public DateTimeOffset CountedUntil { get; private set; }

    public bool IsOn(int channel) => _on[channel];

    /// <summary>The counter, which never falls, to the watt-hour as a plug says it.</summary>
    public double KilowattHours(int channel) => Math.Round(_kilowattHours[channel], 3);

    /// <summary>Watts at the moment up to which it has counted.</summary>
    public double Watts(int channel) => Watts(channel, CountedUntil);

    /// <summary>Watts at any moment, with the relay as it stands.</summary>
    public double Watts(int channel, DateTimeOffset at) =>
        _on[channel] ? _loads[channel].WattsAt(TimeZoneInfo.ConvertTime(at, _zone).DateTime) : 0;

    /// <summary>Takes up what it knew before it was switched off: counters go on over restarts, as a real plug's do.</summary>
    public void Resume(int channel, double kilowattHours, bool isOn, DateTimeOffset at)
    {
        (_kilowattHours[channel], _on[channel]) = (kilowattHours, isOn);
        CountedUntil = at;
    }

    /// <summary>Counts on to a moment.</summary>
    public void Count(DateTimeOffset until)
    {
        while (CountedUntil < until)
        {
            var next = until - CountedUntil > Step ? CountedUntil + Step : until;
            for (var channel = 0; channel < _loads.Length; channel++)
            {
                _kilowattHours[channel] += Watts(channel, next) * (next - CountedUntil).TotalHours / 1000;
            }

            CountedUntil = next;
        }
    }

    /// <summary>Switches a relay; what was consumed until now is counted first.</summary>
    public void Switch(int channel, bool on, DateTimeOffset now)
    {
        Count(now);
        _on[channel] = on;
    }
}
