using MqttChat.Domain.Devices;

namespace MqttChat.Web.Devices;

/// <summary>A plug that was heard, as its card shows it; equal when nothing shown changed.</summary>
public sealed record HeardView(
    int Id, string Name, string Family, string Address, string? Model, Availability Availability,
    double? Watts, double? KilowattHours, bool? IsOn, DateTimeOffset? LastReportAt, string? Mac = null, KnownAs? SameAs = null)
{
    internal static HeardView Of(DiscoveredPlug heard)
    {
        var own = heard.Channels.FirstOrDefault(channel => channel.Channel.Length == 0);
        var channels = heard.Channels.Where(channel => channel.Channel.Length > 0).ToArray();
        return new(
            heard.Plug.Id, heard.Plug.ReportedName ?? heard.Plug.Address, heard.Plug.Family, heard.Plug.Address, heard.Plug.Model,
            heard.Availability,
            Sum(channels.Select(channel => channel.ActivePowerWatts)) ?? own?.ActivePowerWatts,
            own?.EnergyKilowattHours ?? Sum(channels.Select(channel => channel.EnergyKilowattHours)),
            channels.Any(channel => channel.IsOn == true) ? true : channels.FirstOrDefault(channel => channel.IsOn is not null)?.IsOn,
            heard.LastReportAt, heard.Plug.Mac, heard.SameAs);
    }

    private static double? Sum(IEnumerable<double?> values) =>
        values.Aggregate((double?)null, (sum, value) => value is null ? sum : (sum ?? 0) + value);
}

/// <summary>Takes a plug into the house.</summary>
public delegate Task AdoptPlug(int plugId, string name, int? roomId, CancellationToken cancellation);
