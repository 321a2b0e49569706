using System.Text.Json.Serialization;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry;

/// <content>Counting by the plug's counter: what follows is counted, what cannot follow is held until the next readings decide.</content>
public sealed partial record EnergyAccount
{
    // For so many readings a level that was left may still turn out to be the true one.
    private const int Remembered = 12;
    private const int MostDecimals = 6;
    private const double DipRatio = 0.9;
    private const double RollbackRatio = 0.5;
    private const double RollbackAtMost = 5;

    /// <summary>The counter that is counted; null before its first value.</summary>
    [JsonInclude, JsonPropertyName("m")]
    internal CounterLevel? Main { get; init; }

    /// <summary>The second level, see <see cref="OtherIs"/>.</summary>
    [JsonInclude, JsonPropertyName("o")]
    internal CounterLevel? Other { get; init; }

    /// <summary>What <see cref="Other"/> is.</summary>
    [JsonInclude, JsonPropertyName("k")]
    internal OtherLevel OtherIs { get; init; }

    /// <summary>UTC ticks and value of the first reading that did not follow, and the counter before it.</summary>
    [JsonInclude, JsonPropertyName("ot")]
    internal long OtherFirstTicks { get; init; }

    /// <inheritdoc cref="OtherFirstTicks"/>
    [JsonInclude, JsonPropertyName("of")]
    internal double OtherFirst { get; init; }

    /// <inheritdoc cref="OtherFirstTicks"/>
    [JsonInclude, JsonPropertyName("ob")]
    internal double OtherBefore { get; init; }

    /// <summary>What was counted since the account left the former level.</summary>
    [JsonInclude, JsonPropertyName("oc")]
    internal double CountedSinceLeft { get; init; }

    /// <summary>For how many readings the other level is still remembered.</summary>
    [JsonInclude, JsonPropertyName("l")]
    internal int Left { get; init; }

    /// <summary>How many decimals the counter tells.</summary>
    [JsonInclude, JsonPropertyName("d")]
    internal int Decimals { get; init; }

    private CounterValue ValueOf(double value, long ticks, double? before, double limitWatts)
    {
        var now = KnownWattsAt(ticks);
        double? largest = now is null && before is null ? null : Math.Max(now ?? 0, before ?? 0);
        var isExport = now < 0 || before < 0;
        var drawn = Math.Min(Math.Abs(now ?? 0), Math.Abs(before ?? 0));
        return new(value, ticks, largest, isExport, WitnessKilowattHours, Math.Max(limitWatts, 1.25 * drawn), Math.Pow(10, -Decimals));
    }

    // The integral up to a channel's first counter value is kept: the counter says nothing of the time before.
    private EnergyResult Count(in CounterValue value, EnergyStep? integrated)
    {
        if (Main is not { } main)
        {
            return new(this with { Main = value.Level, Decimals = DecimalsOf(value.Value) }, integrated, null);
        }

        if (value.FollowsByExport(main))
        {
            return new(this with { Main = value.Level, ExportedKilowattHours = ExportedKilowattHours + main.Value - value.Value }, null, null);
        }

        var followsMain = value.Follows(main) && !(IsZeroHeld && !value.IsOldCounterAfterZero(main));
        if (Other is { } other && value.Follows(other) && (!followsMain || (OtherIs is not OtherLevel.Former && value.IsNearerTo(other, main))))
        {
            return GoOnWithOther(value, main, other);
        }

        return followsMain ? GoOn(value, main) : Hold(value, main);
    }

    private bool IsZeroHeld => OtherIs is OtherLevel.Held && Other!.Value == 0;

    private EnergyResult GoOn(in CounterValue value, CounterLevel main)
    {
        var account = (this with { Decimals = Math.Max(Decimals, DecimalsOf(value.Value)) }).Forget();
        EnergyBreak? found = null;
        if (OtherIs is OtherLevel.Held)
        {
            // Back where it was: what was held was false.
            found = Found(MeterResetKind.Glitch);
            account = value.Watts is null && OtherFirst >= OtherBefore * DipRatio && OtherFirst < OtherBefore
                ? account with { OtherIs = OtherLevel.None, Other = null }
                : account with { OtherIs = OtherLevel.False, Left = Remembered };
        }

        return account.Counted(value, main, value.Value - main.Value, main.Ticks, found, level => account with { Main = level });
    }

    private EnergyResult GoOnWithOther(in CounterValue value, CounterLevel main, CounterLevel other)
    {
        switch (OtherIs)
        {
            case OtherLevel.Held when value.Value == 0:
                return new(this with { Other = other with { Ticks = value.Ticks } }, null, null);
            case OtherLevel.Held:
                return TakeNewLevel(value, main, other);
            case OtherLevel.Former:
                // What was counted on the false level is not counted again, unless that turns out to be a second counter.
                var counted = Math.Min(CountedSinceLeft, Math.Max(0, value.Value - other.Value));
                var back = this with { Other = main, OtherIs = OtherLevel.False, Left = Remembered, CountedSinceLeft = counted };
                return back.Counted(
                    value, other, value.Value - other.Value - counted, other.Ticks, Found(MeterResetKind.Glitch), level => back with { Main = level });
            case OtherLevel.False when value.Value - other.Value <= value.Trembling / 2 || other.Value == 0:
                return new(this with { Other = other with { Ticks = value.Ticks } }, null, null);
            default:
                var found = OtherIs is OtherLevel.Second ? (EnergyBreak?)null : Found(MeterResetKind.TwoCounters);
                var second = this with { OtherIs = OtherLevel.Second };
                return second.Counted(
                    value, other, value.Value - other.Value + CountedSinceLeft, other.Ticks, found, level => second with { Other = level, OtherFirstTicks = level.Ticks });
        }
    }

    // Two readings agree on it. A counter that began again is counted from zero, any other from its first value.
    private EnergyResult TakeNewLevel(in CounterValue value, CounterLevel main, CounterLevel held)
    {
        var isReset = OtherFirst == 0;
        var taken = this with { Other = main, OtherIs = OtherLevel.Former, Left = Remembered, CountedSinceLeft = 0 };
        var found = Found(isReset ? MeterResetKind.Reset : KindOf(main.Value, OtherFirst));
        return taken.Counted(
            value, held, value.Value - held.Value, isReset ? main.Ticks : held.Ticks, found, level => taken with { Main = level });
    }

    private EnergyResult Hold(in CounterValue value, CounterLevel main)
    {
        if (OtherIs is OtherLevel.Second)
        {
            return Left > 0 ? new(this with { Left = Left - 4 }, null, null) : (this with { OtherIs = OtherLevel.None, Other = null }).Hold(value, main);
        }

        var isDip = value.Watts is null && value.Value < main.Value && value.Value >= main.Value * DipRatio;
        if (OtherIs is OtherLevel.Held && !(IsZeroHeld && isDip))
        {
            // Two readings off, and at odds: a level for now, left again as soon as the former one goes on.
            var left = this with { Main = value.Level, Other = main, OtherIs = OtherLevel.Former, Left = Remembered, CountedSinceLeft = 0 };
            return new(left, null, Found(KindOf(main.Value, OtherFirst)));
        }

        if (OtherIs is OtherLevel.Former && Left > Remembered - 2)
        {
            return new((this with { Main = value.Level }).Forget(), null, null);
        }

        var held = this with
        {
            Other = value.Level, OtherIs = OtherLevel.Held, OtherFirstTicks = value.Ticks, OtherFirst = value.Value, OtherBefore = main.Value,
            CountedSinceLeft = 0,
        };
        return value.Value > 0 && value.Value < main.Value && value.CanHaveBegunSince(main) ? held.BeginAgain(value, main) : new(held, null, null);
    }

    // A small value that the power explains: believed at once, and taken back should the former counter go on.
    private EnergyResult BeginAgain(in CounterValue value, CounterLevel main)
    {
        var begun = this with { Other = main, OtherIs = OtherLevel.Former, Left = Remembered, CountedSinceLeft = 0 };
        return begun.Counted(value, main, value.Value, main.Ticks, Found(MeterResetKind.Reset), _ => begun, restart: true);
    }

    private EnergyResult Counted(
        in CounterValue value, CounterLevel level, double added, long fromTicks, EnergyBreak? found, Func<CounterLevel, EnergyAccount> with,
        bool restart = false)
    {
        var rises = value.Value > level.Value;
        var account = restart ? with(level) with { Main = value.Level } : with(rises ? value.Level : level with { Ticks = value.Ticks });
        if (!(added > 0))
        {
            return new(account, null, found);
        }

        account = account with
        {
            CountedKilowattHours = CountedKilowattHours + added,
            CountedSinceLeft = account.OtherIs switch
            {
                OtherLevel.Former => account.CountedSinceLeft + added,
                OtherLevel.False => account.CountedSinceLeft,
                _ => 0,
            },
        };
        return new(account, Between(fromTicks, value.Ticks, added), found);
    }

    private EnergyAccount Forget() => OtherIs is OtherLevel.None or OtherLevel.Held or OtherLevel.Second ? this
        : Left > 1 ? this with { Left = Left - 1 }
        : this with
        {
            Other = null, OtherIs = OtherLevel.None, Left = 0, OtherFirstTicks = 0, OtherFirst = 0, OtherBefore = 0, CountedSinceLeft = 0,
        };

    private EnergyBreak Found(MeterResetKind kind) => new(kind, new(OtherFirstTicks, TimeSpan.Zero), OtherBefore, OtherFirst);

    private static MeterResetKind KindOf(double before, double first) =>
        first < before && (first >= before * RollbackRatio || (first > before * 0.1 && before - first <= RollbackAtMost))
            ? MeterResetKind.Rollback
            : MeterResetKind.Replaced;

    private static int DecimalsOf(double value)
    {
        var scale = 1.0;
        for (var decimals = 0; decimals < MostDecimals; decimals++, scale *= 10)
        {
            if (Math.Abs((value * scale) - Math.Round(value * scale)) < 1e-9 * Math.Max(1, value * scale))
            {
                return decimals;
            }
        }

        return MostDecimals;
    }
}
