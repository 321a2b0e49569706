using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// How a plug tells its energy: by one counter for all its channels (empty name), or by one for each. That can change with its settings
/// or firmware. Whichever spoke last counts, so that nothing counts twice, and what was counted by the others stays.
/// </summary>
/// <param name="Readings">What the report tells, the counter for all channels first.</param>
/// <param name="Divided">The channel whose counter was the whole plug's until this report; null for none.</param>
internal readonly record struct PlugShape(IReadOnlyList<ChannelReading> Readings, string? Divided)
{
    /// <summary>Readings of one report may lie some ticks apart.</summary>
    public static readonly TimeSpan SameReport = TimeSpan.FromSeconds(1);

    /// <summary>What was used while the shape changed with this report; null where it did not, or nobody knows.</summary>
    public ShapeStep? Step { get; private init; }

    public static PlugShape Of(PlugHead plug, IReadOnlyList<ChannelReading> told)
    {
        if (told.Count == 1)
        {
            return new(OfOne(plug, told[0]) ?? told, null);
        }

        var first = told.FirstOrDefault(reading => reading.Channel.Length == 0);
        return new(
            first is null ? told : [first, .. told.Where(reading => reading.Channel.Length > 0)], first is null ? DividedOf(plug, told) : null);
    }

    /// <summary>With what was used up to a report of that time.</summary>
    public PlugShape At(DateTimeOffset at, PlugHead head, Devices.Plug plug, HouseStay stay) => this with
    {
        Step = ShapeStep.Of(head, Readings, Divided, at, ChannelLimit.OfAll(plug, head, Readings.Select(reading => reading.Channel))) is { } step
            && !(step.From < stay.AdoptedAt) ? step : null,
    };

    /// <summary>
    /// Whether a late counter says nothing that is not counted: the plug told its energy in another shape after it, and the counters on
    /// both sides have what was used between.
    /// </summary>
    public static bool IsLeftBehind(PlugHead plug, ChannelHead channel, DateTimeOffset at)
    {
        if (at.UtcTicks < channel.Account.ContinuedTicks)
        {
            return true;
        }

        var whole = plug.Channels.GetValueOrDefault("")?.Account.CounterAt;
        var parts = plug.Channels.Values.Where(other => other.Channel.Length > 0).Max(other => other.Account.CounterAt);
        return (whole - parts)?.Duration() >= SameReport && at < (channel.Channel.Length > 0 ? whole : parts);
    }

    /// <summary>Whether the plug's own counter counts what a channel uses: it spoke last, or the channel has no counter.</summary>
    public static bool IsCovered(PlugHead plug, ChannelHead channel, bool tellsCounter, DateTimeOffset at) =>
        channel.Channel.Length > 0 && IsCovered(plug.Channels.GetValueOrDefault("")?.Account.CounterAt, channel.Account, tellsCounter, at);

    /// <summary>The same, where it is known when the plug's own counter last spoke.</summary>
    public static bool IsCovered(DateTimeOffset? wholeAt, Counting.EnergyAccount account, bool tellsCounter, DateTimeOffset at) =>
        wholeAt is { } whole && !((tellsCounter ? at : account.CounterAt) - whole >= SameReport);

    /// <summary>Whether the plug's own counter spoke with its channels' or after them.</summary>
    public static bool SpokeLast(ChannelState whole, IEnumerable<ChannelState> channels) =>
        !(channels.Max(channel => CounterAt(channel)) - CounterAt(whole) >= SameReport);

    private static DateTimeOffset? CounterAt(ChannelState channel) => Counting.EnergyAccount.FromJson(channel.Account).CounterAt;

    /// <summary>Whether a counter speaks again after the plug told its energy in another shape, which counted meanwhile.</summary>
    public bool IsBack(PlugHead plug, ChannelHead channel)
    {
        var others = plug.Channels.Values.Where(other => channel.Channel.Length == 0 ? other.Channel.Length > 0 : other.Channel.Length == 0);
        return Divided == channel.Channel || others.Max(other => other.Account.CounterAt) - channel.Account.CounterAt >= SameReport;
    }

    // A single number of a plug that told its channels apart: it is the sum, unless it goes on where that channel stood.
    private static IReadOnlyList<ChannelReading>? OfOne(PlugHead plug, ChannelReading told)
    {
        if (told.Channel.Length == 0 || told.EnergyKilowattHours is not { } value || plug.Channels.GetValueOrDefault(told.Channel) is not { } own)
        {
            return null;
        }

        var others = Counters(plug).Where(channel => channel != own).ToList();
        if (others.Count == 0 || own.Account.CounterKilowattHours is not { } stood)
        {
            return null;
        }

        var whole = plug.Channels.GetValueOrDefault("");
        var parts = others.Append(own).ToList();
        var sum = whole?.Account.CounterAt > parts.Max(channel => channel.Account.CounterAt)
            ? whole.Account.CounterKilowattHours!.Value : parts.Sum(channel => channel.Account.CounterKilowattHours!.Value);
        return Math.Abs(value - sum) < Math.Abs(value - stood)
            ? [new ChannelReading("", null, null, value), told with { EnergyKilowattHours = null }]
            : null;
    }

    // The other way: one channel's counter was the sum of what is told apart now.
    private static string? DividedOf(PlugHead plug, IReadOnlyList<ChannelReading> told)
    {
        if (Counters(plug).ToList() is not [var only] || told.FirstOrDefault(reading => reading.Channel == only.Channel)?.EnergyKilowattHours is not { } now)
        {
            return null;
        }

        var stood = only.Account.CounterKilowattHours!.Value;
        var sum = told.Sum(reading => reading.EnergyKilowattHours ?? 0);
        return now < stood && sum > now && Math.Abs(sum - stood) < stood - now ? only.Channel : null;
    }

    private static IEnumerable<ChannelHead> Counters(PlugHead plug) =>
        plug.Channels.Values.Where(channel => channel.Channel.Length > 0 && channel.Account.CounterKilowattHours is not null);
}

/// <summary>One channel's reading beside what its plug said before.</summary>
internal readonly record struct FoldedReading(PlugHead Plug, ChannelHead Channel, ChannelReading Reading, HouseStay Stay, PlugShape Shape)
{
    /// <summary>How it is counted.</summary>
    public FoldTerms Terms(DateTimeOffset at, double limitWatts)
    {
        var tells = Reading.EnergyKilowattHours is not null;
        var isCovered = PlugShape.IsCovered(Plug, Channel, tells, at);
        Beginning? begins = Stay.IsFirst(Channel.Account, at) ? new(MeterResetKind.Readopted)
            : !tells || isCovered ? null
            : Shape.Step is { } step ? new(MeterResetKind.Continued, step.KilowattHours[Channel.Channel], step.From)
            : Shape.IsBack(Plug, Channel) ? new(MeterResetKind.Reshaped) : null;
        return new(limitWatts, isCovered, begins, Channel.Channel.Length > 0 && Plug.Channels.GetValueOrDefault("")?.EnergyKilowattHours is not null);
    }
}
