namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>One value of the counter beside what is known: what can be asked of it.</summary>
internal readonly record struct CounterMoment(EnergyAccount Account, CounterPoint Known, CounterPoint Reading, double LimitWatts)
{
    private const int StepsOfTremble = 2;
    private const double SmallestTremble = 0.0025;

    // No counter shows less than whole kilowatt hours.
    private const double LargestSlack = 1;

    // Home Assistant's total_increasing: a smaller fall is a dip.
    private const double DipRatio = 0.9;
    private const double HiccupRatio = 1.1;

    // Without a witness: a counter that starts again shows next to nothing of what it had; a rise by more than this is held.
    private const double FreshStartRatio = 0.05;
    private const double SteepRatio = 1.6;

    // The power between two reports is known at its ends only.
    private const double WitnessRoom = 1.5;
    private const double FreshStartRoom = 1.1;

    // A plug that saves its counter seldom comes back with most of it.
    private const double RollbackRatio = 0.6;
    private static readonly long UnwitnessedTicks = TimeSpan.TicksPerDay;
    private static readonly long WitnessForTicks = TimeSpan.TicksPerHour;

    // What the counter rose by since it was last believed, in kWh; negative after a fall.
    private double Risen => Reading.Value - Known.Value;

    /// <summary>Two steps of the counter's last digit: it trembles, and its first value lay between two of them.</summary>
    private double Slack => Math.Min(LargestSlack, StepsOfTremble * Math.Pow(10, -Account.Decimals));

    private double Tremble => Math.Min(Slack * 1.01, Math.Max(Known.Value / 100, SmallestTremble));

    /// <summary>Whether the plug tells its power.</summary>
    public bool IsWitnessed => Account.Watts is not null && Reading.Ticks - Account.WattsTicks <= WitnessForTicks;

    /// <summary>The most that can have been used since the counter last changed.</summary>
    public double Strict => Most(Reading.Ticks - Known.ChangedTicks);

    public bool IsExport =>
        Reading.Value < Known.Value && (Reading.Watts < 0 || Known.Watts < 0) && Known.Value - Reading.Value <= Strict;

    public bool Fits =>
        Reading.Value >= Known.Value - Tremble && Risen <= Highest(Known) && (IsOrdinary || Reading.Value <= (Known.Value * SteepRatio) + 1 || Account.Left is not null);

    /// <summary>Whether it is believed without asking more: there is a witness, or the channel can draw as much.</summary>
    public bool IsOrdinary => IsWitnessed || Risen <= Strict;

    /// <summary>Whether the power says that less was used, though the channel could draw as much.</summary>
    public bool IsUnlikely =>
        IsWitnessed && Known.ExpectedKilowattHours is { } expected
        && Risen > Likely(expected, Known, Reading.Ticks - Known.Ticks) - (Slack * 0.4);

    /// <summary>Without a witness, as Home Assistant has it: what begins next to nothing has started again.</summary>
    public bool StartsAfresh =>
        !IsWitnessed && Reading.Value > 0 && Reading.Value <= Known.Value * FreshStartRatio && Reading.Value <= Most(UnwitnessedTicks);

    public double Most(long ticks) => EnergyAccount.KilowattHours(LimitWatts, ticks) + Slack;

    public bool IsBreak(double value) => value < Known.Value * DipRatio || value > Known.Value;

    /// <summary>Whether the counter goes on from where it stood before the held readings.</summary>
    public bool IsBack(HeldLevel held)
    {
        if (Risen < -Tremble)
        {
            return false;
        }

        if (IsWitnessed || !IsBreak(held.First.Value) || held.First.Value > Known.Value)
        {
            return Risen <= Highest(Known);
        }

        // Home Assistant's reset unless the value is hardly higher, or too high for a counter that started again.
        var possible = EnergyAccount.KilowattHours(LimitWatts, Reading.Ticks - Known.Ticks);
        return Reading.Value <= Known.Value * HiccupRatio || (Reading.Value > possible && Risen <= possible);
    }

    /// <summary>Whether the reading is on the level of the held ones.</summary>
    public bool Agrees(HeldLevel held)
    {
        var risen = Reading.Value - held.Last.Value;
        return risen >= -Tremble && (risen <= Highest(held.Last) || risen <= Math.Abs(held.Last.Value - Known.Value) / 100);
    }

    /// <summary>Whether the held readings suffice to say that the counter stays where they are.</summary>
    public bool IsSettled(HeldLevel held, CounterPoint before)
    {
        if (IsBreak(held.First.Value))
        {
            return held.Count >= 2;
        }

        // A small fall may be a dip: it is none when the counter climbs from there as the power says.
        var risen = Reading.Value - before.Value;
        return IsWitnessed && before.ExpectedKilowattHours is { } expected
            ? held.Count >= 2 && Math.Abs(risen - expected) <= (expected / 2) + Slack
            : held.Rising >= (IsWitnessed ? 2 : 3);
    }

    /// <summary>Which of two levels the power speaks for; null where it says nothing.</summary>
    public bool? NearerToOld(CounterPoint level)
    {
        // After a silence at least what was used since the held reading.
        var fromLevel = Reading.Value - level.Value;
        return level.ExpectedKilowattHours is { } since
            ? Math.Abs(Risen - (Known.ExpectedKilowattHours ?? since)) < Math.Abs(fromLevel - since)
            : null;
    }

    public bool IsBackAt(LeftLevel? left) =>
        left is not null && Reading.Value >= left.Base.Value - Tremble
        && Reading.Value - left.Base.Value <= Most(Reading.Ticks - left.Base.ChangedTicks)
        && (IsWitnessed || (IsBreak(Reading.Value) && Reading.Value <= left.Base.Value * HiccupRatio));

    /// <summary>What was used while the counter was on the held level, in kWh: what it says, as far as that can be.</summary>
    public double GrownSince(HeldLevel held)
    {
        var (grown, gap) = (Reading.Value - held.First.Value, Reading.Ticks - held.First.Ticks);
        if (!IsWitnessed)
        {
            return grown <= Most(Math.Max(gap, UnwitnessedTicks)) ? Math.Max(0, grown) : 0;
        }

        // A level far away may be false by a factor, and so its growth.
        var most = IsBreak(held.First.Value) && held.First.ExpectedKilowattHours is { } expected ? Likely(expected, held.First, gap) : Most(gap);
        return Math.Clamp(grown, 0, most);
    }

    /// <summary>What the held level is, and what was used up to its first reading, in kWh.</summary>
    public (MeterResetKind? Kind, double KilowattHours) Verdict(HeldLevel held)
    {
        var (first, gap) = (held.First, held.First.Ticks - Known.Ticks);
        if (first.Value >= Known.Value)
        {
            var risen = first.Value - Known.Value;
            return !IsWitnessed && risen <= Most(Math.Max(gap, UnwitnessedTicks)) ? (null, risen) : (MeterResetKind.Replaced, 0);
        }

        var draws = Math.Max(Math.Max(Known.Watts ?? 0, first.Watts ?? 0), Math.Max(held.Last.Watts ?? 0, 2));
        var possible = IsWitnessed
            ? EnergyAccount.KilowattHours(Math.Min(LimitWatts, draws * FreshStartRoom), gap) + (Slack / 2)
            : Most(Math.Max(gap, UnwitnessedTicks));
        if (first.Value <= possible && IsBreak(first.Value))
        {
            return (MeterResetKind.Reset, first.Value);
        }

        return (first.Value >= Known.Value * RollbackRatio ? MeterResetKind.Rollback : MeterResetKind.Replaced, 0);
    }

    // The load may have changed right after the first of two reports.
    private double Likely(double expected, CounterPoint from, long gap) =>
        Math.Max(expected * WitnessRoom, EnergyAccount.KilowattHours(Math.Max(from.Watts ?? 0, Reading.Watts ?? 0), gap)) + Slack;

    // A coarse counter stands still for hours: its step is judged by what was drawn since it last moved.
    private double Highest(CounterPoint from)
    {
        var sinceChange = Most(Reading.Ticks - from.ChangedTicks);
        if (!IsWitnessed)
        {
            return Math.Max(sinceChange, Most(UnwitnessedTicks));
        }

        return from.ExpectedKilowattHours is { } expected
            ? Math.Min(sinceChange, Math.Max(expected * WitnessRoom + Slack, Most(Reading.Ticks - from.Ticks)))
            : sinceChange;
    }
}
