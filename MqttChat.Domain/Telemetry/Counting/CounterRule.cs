namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>
/// Counts a channel by its counter. What fits goes on; what cannot be (more than the channel can have drawn, or a fall) is held until the
/// next readings decide, with the plug's own power as witness. docs/energy.md has the whole rule; a counter without a witness follows
/// Home Assistant's <c>total_increasing</c>.
/// </summary>
internal static class CounterRule
{
    /// <summary>No counter of a house shows as much, in kWh.</summary>
    public const double HighestKilowattHours = 1e9;

    private const int MostDecimals = 6;
    private const int ReadingsToComeBack = 10;

    /// <summary>Whether a counter can show it: neither negative nor without end.</summary>
    public static bool IsValue(double? value) => value is >= 0 and < HighestKilowattHours;

    /// <summary>How many decimals a value shows, at most six.</summary>
    public static int DecimalsOf(double value) => value < HighestKilowattHours ? Math.Min((int)((decimal)value).Scale, MostDecimals) : 0;

    /// <summary>Adds what the power says was used since the reading before; null where nothing can be said.</summary>
    public static EnergyAccount Expect(EnergyAccount account, double? used) => account with
    {
        Base = account.Base is { } point ? point with { ExpectedKilowattHours = point.ExpectedKilowattHours + used } : null,
        Held = account.Held is { } held
            ? held with
            {
                First = held.First with { ExpectedKilowattHours = held.First.ExpectedKilowattHours + used },
                Last = held.Last with { ExpectedKilowattHours = held.Last.ExpectedKilowattHours + used },
            }
            : null,
    };

    /// <summary>The account after a value of the counter; <paramref name="limitWatts"/> is the most the channel can draw.</summary>
    public static EnergyResult Count(EnergyAccount account, double value, long ticks, double limitWatts)
    {
        var reading = new CounterPoint
        {
            Ticks = ticks, Value = value, ChangedTicks = ticks, Watts = account.WattsTicks == ticks ? account.Watts : null,
            ExpectedKilowattHours = account.Watts is null ? null : 0,
        };
        var shown = account.Decimals;
        account = account with { Decimals = Math.Max(shown, DecimalsOf(value)) };
        if (account.Base is not { } known)
        {
            return new(account with { Base = reading });
        }

        var now = new CounterMoment(account, known, reading, limitWatts);
        var result = account.Held is { } held ? Decide(now, held) : Follow(now);
        // A value that is not believed says nothing of the counter's resolution either.
        return result.Account.Held is null && result.Break is null ? result : result with { Account = result.Account with { Decimals = shown } };
    }

    // Nothing is held: the reading fits, or begins to be.
    private static EnergyResult Follow(CounterMoment now)
    {
        if (now.IsExport)
        {
            return new(now.Account with
            {
                Base = now.Reading,
                ExportedKilowattHours = now.Account.ExportedKilowattHours + now.Known.Value - now.Reading.Value,
            });
        }

        var fits = now.Fits;
        if (!(fits && now.IsOrdinary && !now.IsUnlikely) && now.IsBackAt(now.Account.Left))
        {
            return ComeBack(now, now.Account.Left!);
        }

        if (fits)
        {
            return GoOn(now);
        }

        var held = new HeldLevel { StartTicks = now.Reading.Ticks, First = now.Reading, Last = now.Reading, Count = 1 };
        return now.StartsAfresh ? Settle(now, held) : new(now.Account with { Held = held });
    }

    private static EnergyResult Decide(CounterMoment now, HeldLevel held)
    {
        var (old, level) = (now.IsBack(held), now.Agrees(held));
        if (old && level)
        {
            // Between two levels that are near each other the power decides, or else whether the counter climbed from the lower one.
            old = now.NearerToOld(held.Last) ?? held.Rising + (now.Reading.Value > held.Last.Value ? 1 : 0) < 2;
        }

        if (old)
        {
            return Drop(now, held);
        }

        if (level)
        {
            held = held with { Last = now.Reading, Count = held.Count + 1, Rising = now.Reading.Value > held.Last.Value ? held.Rising + 1 : 0 };
            return now.IsSettled(held, now.Account.Held!.Last) ? Settle(now, held) : new(now.Account with { Held = held });
        }

        return now.IsBackAt(now.Account.Left)
            ? ComeBack(now, now.Account.Left!)
            : new(now.Account with { Held = held with { First = now.Reading, Last = now.Reading, Count = 1, Rising = 0 } });
    }

    private static EnergyResult GoOn(CounterMoment now)
    {
        var added = Math.Max(0, now.Reading.Value - now.Known.Value);
        var account = now.Account with { Held = null };
        var left = account.Left is { } before && before.Readings < ReadingsToComeBack
            ? before with { CountedKilowattHours = before.CountedKilowattHours + added, Readings = before.Readings + 1 } : null;
        if (added == 0)
        {
            return new(account with { Left = left, Base = now.Known with { Ticks = now.Reading.Ticks, Watts = now.Reading.Watts } });
        }

        if (!now.IsWitnessed && added > now.Strict)
        {
            // Believed for want of a witness: forgotten again if the next reading is back.
            left = new LeftLevel { Base = now.Known, StartTicks = now.Reading.Ticks, CountedKilowattHours = added, Readings = ReadingsToComeBack };
        }

        return Added(account with { Left = left, Base = now.Reading }, now.Known.Ticks, now.Reading.Ticks, added);
    }

    // The held readings were false: the counter goes on from where it stood. One that lay on the way came early only (reports that wait
    // somewhere arrive all at once).
    private static EnergyResult Drop(CounterMoment now, HeldLevel held)
    {
        var result = GoOn(now);
        if (!now.IsBreak(held.First.Value) || (held.First.Value >= now.Known.Value && held.Last.Value <= now.Reading.Value))
        {
            return result;
        }

        var (stray, isSecondCounter, isTold) = Strays.Note(now.Account.Stray, held.Last, now);
        EnergyBreak? told = isTold
            ? new(At(held.StartTicks), isSecondCounter ? MeterResetKind.TwoCounters : MeterResetKind.Glitch, now.Known.Value, held.Last.Value)
            : null;
        return result with { Account = result.Account with { Stray = stray }, Break = told };
    }

    // The held readings are where the counter stands now.
    private static EnergyResult Settle(CounterMoment now, HeldLevel held)
    {
        var (kind, first) = now.Verdict(held);
        var grown = now.GrownSince(held);
        var left = now.Account.Left is { } before && before.Readings < ReadingsToComeBack
            ? before with { CountedKilowattHours = before.CountedKilowattHours + first + grown }
            : new LeftLevel { Base = now.Known, StartTicks = held.StartTicks, CountedKilowattHours = first + grown };
        var earlier = Added(now.Account with { Held = null, Left = left, Base = now.Reading }, now.Known.Ticks, held.First.Ticks, first);
        var result = Added(earlier.Account, held.First.Ticks, now.Reading.Ticks, grown);
        return result with
        {
            Earlier = earlier.Step,
            Break = kind is { } told ? new(At(held.StartTicks), told, now.Known.Value, held.First.Value) : null,
        };
    }

    // The counter is back at the level it left a short while ago: leaving it was a glitch.
    private static EnergyResult ComeBack(CounterMoment now, LeftLevel left)
    {
        var added = Math.Max(0, now.Reading.Value - left.Base.Value) - left.CountedKilowattHours;
        var account = now.Account with
        {
            Held = null, Left = null, Base = now.Reading,
            OwedKilowattHours = now.Account.OwedKilowattHours + Math.Max(0, -added),
        };
        return Added(account, left.Base.Ticks, now.Reading.Ticks, Math.Max(0, added)) with
        {
            Break = new(At(left.StartTicks), MeterResetKind.Glitch, left.Base.Value, now.Known.Value),
        };
    }

    private static EnergyResult Added(EnergyAccount account, long fromTicks, long ticks, double kilowattHours)
    {
        var paid = Math.Min(account.OwedKilowattHours, kilowattHours);
        var added = kilowattHours - paid;
        account = paid > 0 ? account with { OwedKilowattHours = account.OwedKilowattHours - paid } : account;
        return added > 0
            ? new(account with { CountedKilowattHours = account.CountedKilowattHours + added }, EnergyAccount.Between(fromTicks, ticks, added))
            : new(account);
    }

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
