using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Demo;

/// <summary>Takes the demo's plugs into the house as staff would, once they are heard, and tells each what it last said.</summary>
internal sealed class DemoAdoption(DeviceRegistry registry, PowerFeed power, DemoMemory memory, TimeProvider clock)
{
    private static readonly TimeSpan HeardWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Adopts it unless it was; true when it is an adopted plug, whose past may be told.</summary>
    public async Task<bool> AdoptAsync(OpenHouse house, DemoPlug demo, CancellationToken cancellation)
    {
        var mac = demo.Plug.Label.Mac;
        if (await FindAsync(house.Staff, mac, cancellation) is { } known)
        {
            Resume(demo.Plug.Meter, known);
            return true;
        }

        // Whoever gave it away does not want it back at the next start.
        return !memory.IsFurnished && await AdoptHeardAsync(house, demo, mac, cancellation);
    }

    private async Task<bool> AdoptHeardAsync(OpenHouse house, DemoPlug demo, string mac, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(HeardWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        while (true)
        {
            foreach (var heard in await registry.DiscoveredAsync(house.Staff, either.Token))
            {
                if (heard.Plug.Mac == mac)
                {
                    await registry.AdoptAsync(
                        house.Staff, heard.Plug.Id, demo.Plug.Label.Name, house.Rooms.TryGetValue(demo.Room, out var room) ? room : null, either.Token);
                    return true;
                }
            }

            await Task.Delay(LookAgain, clock, either.Token);
        }
    }

    private async Task<PlugPower?> FindAsync(Viewer staff, string mac, CancellationToken cancellation)
    {
        await power.RefreshAsync(cancellation);
        return (await power.VisibleToAsync(staff, cancellation)).FirstOrDefault(plug => plug.Mac == mac);
    }

    // A real plug keeps its counter and its relay in its own memory; here the house's is as good.
    private static void Resume(SimulatedMeter meter, PlugPower known)
    {
        for (var channel = 0; channel < meter.Channels; channel++)
        {
            if (known.Channels.FirstOrDefault(one => one.Channel == $"{channel + 1}") is { EnergyKilowattHours: { } counter, ReportedAt: { } at } state)
            {
                meter.Resume(channel, counter, state.IsOn ?? true, at);
            }
        }
    }
}
