using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// What was used while a plug changed how it tells its energy: the sum of the new counters goes on where the sum of the old ones stood.
/// </summary>
/// <param name="From">When the old counters last spoke.</param>
/// <param name="KilowattHours">By channel, its share; a little below zero where the sums are rounded differently.</param>
internal sealed record ShapeStep(DateTimeOffset From, IReadOnlyDictionary<string, double> KilowattHours)
{
    private const double LargestSlack = 1;

    /// <summary>Null where the shape is the same, or the sums do not go on from each other.</summary>
    /// <param name="plug">As it stood before the report.</param>
    /// <param name="told">What the report tells.</param>
    /// <param name="divided">The channel whose counter was the whole plug's until this report; null for none.</param>
    /// <param name="at">When it was measured.</param>
    /// <param name="limitWatts">The most that the whole plug can draw.</param>
    public static ShapeStep? Of(PlugHead plug, IReadOnlyList<ChannelReading> told, string? divided, DateTimeOffset at, double limitWatts)
    {
        var (old, now) = Change(plug, told, divided);
        if (old.Count == 0 || now.Count == 0 || old.Any(channel => channel.Account.Held is not null) || now.Any(reading => !CounterRule.IsValue(reading.EnergyKilowattHours)))
        {
            return null;
        }

        var from = plug.Channels.Values.Max(channel => channel.Account.CounterAt)!.Value;
        var step = now.Sum(reading => reading.EnergyKilowattHours!.Value) - old.Sum(channel => channel.Account.CounterKilowattHours!.Value);
        var decimals = Math.Max(old.Max(channel => channel.Account.Decimals), now.Max(reading => CounterRule.DecimalsOf(reading.EnergyKilowattHours!.Value)));
        var slack = Math.Min(LargestSlack, (old.Count + now.Count) * Math.Pow(10, -decimals));
        var isPossible = at - from >= PlugShape.SameReport && step >= -slack
            && step <= EnergyAccount.KilowattHours(limitWatts, (at - from).Ticks) + slack;

        // What the old counters owe is paid by the new ones: a plug that tells both by turns would gain by each rounding.
        return isPossible ? new(from, Shared(plug, now, step - old.Sum(channel => channel.Account.OwedKilowattHours))) : null;
    }

    // The counters that spoke until now, and those that speak instead; empty where nothing changes.
    private static (List<ChannelHead> Old, List<ChannelReading> Now) Change(PlugHead plug, IReadOnlyList<ChannelReading> told, string? divided)
    {
        var whole = plug.Channels.GetValueOrDefault("");
        var parts = plug.Channels.Values.Where(channel => channel.Channel.Length > 0 && channel.Account.CounterAt is not null).ToList();
        var partsSpokeLast = parts.Count > 0 && !(parts.Max(channel => channel.Account.CounterAt) - whole?.Account.CounterAt < PlugShape.SameReport);
        var now = told.Where(reading => reading.EnergyKilowattHours is not null).ToList();
        if (now.FirstOrDefault(reading => reading.Channel.Length == 0) is { } sum)
        {
            return (partsSpokeLast ? parts : [], [sum]);
        }

        if (divided is not null)
        {
            return ([plug.Channels[divided]], now);
        }

        // An array may come shorter than before: then it is not the sum.
        var isAll = parts.TrueForAll(channel => now.Exists(reading => reading.Channel == channel.Channel));
        return (whole?.Account.CounterAt is not null && !partsSpokeLast && isAll ? [whole] : [], now);
    }

    // By what each counter rose since it last spoke, else by the power, else evenly.
    private static Dictionary<string, double> Shared(PlugHead plug, List<ChannelReading> now, double step)
    {
        double? Risen(ChannelReading reading) => reading.EnergyKilowattHours - plug.Channels.GetValueOrDefault(reading.Channel)?.Account.CounterKilowattHours;
        var weights = Weights(now, Risen) ?? Weights(now, reading => reading.ActivePowerWatts) ?? [.. now.Select(_ => 1.0)];
        var all = weights.Sum();
        return now.Zip(weights).ToDictionary(pair => pair.First.Channel, pair => step * pair.Second / all, StringComparer.Ordinal);
    }

    private static List<double>? Weights(List<ChannelReading> now, Func<ChannelReading, double?> weigh)
    {
        var weights = now.Select(weigh).ToList();
        return weights.TrueForAll(weight => weight >= 0 && double.IsFinite(weight.Value)) && weights.Sum() > 0 ? [.. weights.Select(weight => weight!.Value)] : null;
    }
}
