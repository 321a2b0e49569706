using System.Collections.Immutable;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry.Counting;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Telemetry.Feed;

/// <summary>Makes the shown record of a plug from its rows.</summary>
internal sealed class PlugPowers(SilenceRule silence)
{
    public PlugPower Of(
        Plug plug, PowerReader.Room? room, PlugState? state, IReadOnlyDictionary<string, ChannelState>? channels, PlugPower? before)
    {
        var shown = Channels(plug, channels, before);
        var own = channels?.GetValueOrDefault("");
        var whole = own is null ? null : Channel("", null, own);
        return new PlugPower(
            plug.Id, plug.Family, plug.Address, plug.Name ?? plug.ReportedName ?? plug.Address, plug.ReportedName, plug.Model, plug.Mac,
            plug.RoomId, room?.Name, room?.MembersMaySwitch ?? false, state?.Availability ?? Availability.Unknown,
            Sum(shown, channel => channel.ActivePowerWatts) ?? own?.ActivePowerWatts,
            CounterOf(channels) ?? Sum(shown, channel => channel.EnergyKilowattHours), CountedOf(channels),
            state?.LastReportAt, shown)
        {
            Whole = whole == before?.Whole ? before?.Whole : whole,
            // The one that reports most seldom speaks for the plug.
            SilentAfter = shown.Append(whole).Max(channel => channel?.SilentAfter) ?? silence.Shortest,
        };
    }

    // What its own counter says, unless its channels' counters spoke after it.
    private static double? CounterOf(IReadOnlyDictionary<string, ChannelState>? channels)
    {
        if (channels?.GetValueOrDefault("") is not { EnergyKilowattHours: { } whole } own)
        {
            return null;
        }

        return PlugShape.SpokeLast(own, channels.Values.Where(channel => channel.Channel.Length > 0)) ? whole : null;
    }

    // Each kilowatt hour once: what the plug's own counter counted of a channel too is in there.
    private static double CountedOf(IReadOnlyDictionary<string, ChannelState>? channels)
    {
        var hasWhole = channels?.GetValueOrDefault("")?.EnergyKilowattHours is not null;
        return channels?.Values.Sum(channel => channel.EnergyCountedKilowattHours - (EnergyAccount.FromJson(channel.Account).CoveredKilowattHours
            ?? (hasWhole && channel.Channel.Length > 0 ? channel.EnergyCountedKilowattHours : 0))) ?? 0;
    }

    // The counter for all channels together (empty name) is the plug's, no channel of its own.
    private ImmutableArray<ChannelPower> Channels(
        Plug plug, IReadOnlyDictionary<string, ChannelState>? states, PlugPower? before)
    {
        var names = plug.Channels.Select(channel => channel.Channel).Concat(states?.Keys ?? [])
            .Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Order(ChannelOrder.Instance);
        var known = before?.Channels ?? [];
        ChannelPower[] said = [.. names.Select(name =>
            Channel(name, plug.Channels.Find(channel => channel.Channel == name), states?.GetValueOrDefault(name)) with { LimitWatts = KnownLimits.Of(plug, name) })];
        var doubted = SwitchDoubt.Of([.. said.Select(Told)], states?.GetValueOrDefault("") is { } whole ? Told(Channel("", null, whole)) : null);
        var now = said.Select((channel, index) =>
        {
            var believed = doubted[index] ? channel with { IsOn = null, IsSwitchDoubted = true } : channel;
            return known.FirstOrDefault(shown => shown == believed) ?? believed;
        }).ToImmutableArray();
        return now.SequenceEqual(known) ? known : now;
    }

    private ChannelPower Channel(string name, PlugChannel? known, ChannelState? state)
    {
        var usual = EnergyAccount.FromJson(state?.Account).UsualInterval;
        return new(
            name, known?.Name, known?.HasRelay ?? (state?.IsOn is null ? null : true), state?.IsOn, state?.ActivePowerWatts,
            state?.EnergyKilowattHours, state?.EnergyCountedKilowattHours ?? 0, state?.ReportedAt)
        {
            MeasuredAt = state?.LastSampleAt, UsualInterval = usual, SilentAfter = silence.After(usual),
        };
    }

    private static SwitchTold Told(ChannelPower channel) => new(channel.IsOn, channel.ActivePowerWatts, channel.ReportedAt, channel.MeasuredAt);

    private static double? Sum(ImmutableArray<ChannelPower> channels, Func<ChannelPower, double?> value)
    {
        double? sum = null;
        foreach (var channel in channels)
        {
            sum = value(channel) is { } known ? (sum ?? 0) + known : sum;
        }

        return sum;
    }

    // "2" before "10".
    private sealed class ChannelOrder : IComparer<string>
    {
        public static readonly ChannelOrder Instance = new();

        public int Compare(string? x, string? y) =>
            int.TryParse(x, out var first) && int.TryParse(y, out var second) && first != second
                ? first.CompareTo(second)
                : string.CompareOrdinal(x, y);
    }
}
