using System.Globalization;
using System.Text.Json.Serialization;

namespace MqttChat.Benchmarks;

/// <summary>One measured figure, beside a limit or a peer, and held against what the project aims at.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure: the median of its rounds, or the percentile that its name says.</param>
/// <param name="Unit">Its unit.</param>
public sealed record Figure(string Name, double Value, string Unit)
{
    /// <summary>What it is held against, best measured in the same run.</summary>
    public string? Limit { get; init; }

    /// <summary>The limit in the same unit.</summary>
    public double? LimitValue { get; init; }

    /// <summary>What is aimed at.</summary>
    public IReadOnlyList<Aim> Aims { get; init; } = [];

    /// <summary>What else must be known to judge it: how it was measured, what drove it.</summary>
    public string? Note { get; init; }

    /// <summary>The figure as a share of its limit: what can be compared between machines.</summary>
    public double? Ratio => Value / LimitValue;

    /// <summary>Whether each aim was met, and by how much not.</summary>
    public string Verdict => Aims.Count == 0 ? "-" : string.Join("; ", Aims.Select(aim => aim.Judge(this)).Distinct());

    /// <summary>The same, beside a limit in the same unit.</summary>
    public Figure Beside(string limit, double value) => this with { Limit = limit, LimitValue = value };

    /// <summary>The same, with one more aim: the value is at most this.</summary>
    public Figure AtMost(double value) => With(new Aim(AimKind.AtMost, value));

    /// <summary>The same, with one more aim: the value is at least this.</summary>
    public Figure AtLeast(double value) => With(new Aim(AimKind.AtLeast, value));

    /// <summary>The same, with one more aim: at least this share of its limit.</summary>
    public Figure AtLeastOfLimit(double share) => With(new Aim(AimKind.AtLeastOfLimit, share));

    /// <summary>The same, with one more aim: at most so many times its limit.</summary>
    public Figure AtMostOfLimit(double share) => With(new Aim(AimKind.AtMostOfLimit, share));

    private Figure With(Aim aim) => this with { Aims = [.. Aims, aim] };
}

/// <summary>On which side of an aim a figure should lie.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AimKind>))]
public enum AimKind
{
    /// <summary>The value is at most the aim.</summary>
    AtMost,
    /// <summary>The value is at least the aim.</summary>
    AtLeast,
    /// <summary>The ratio to the limit is at least the aim.</summary>
    AtLeastOfLimit,
    /// <summary>The ratio to the limit is at most the aim.</summary>
    AtMostOfLimit,
}

/// <summary>What a figure should come to.</summary>
public sealed record Aim(AimKind Kind, double Value)
{
    private bool IsRatio => Kind is AimKind.AtLeastOfLimit or AimKind.AtMostOfLimit;

    private bool IsFloor => Kind is AimKind.AtLeast or AimKind.AtLeastOfLimit;

    /// <summary>As the table shows it.</summary>
    public string Words(string unit) => string.Create(
        CultureInfo.InvariantCulture, $"{(IsFloor ? "≥" : "≤")} {Report.Number(Value)}{(IsRatio ? " of the limit" : $" {unit}")}");

    /// <summary>"met", or by how much it is missed; a limit that is not known leaves a ratio unjudged.</summary>
    public string Judge(Figure figure)
    {
        if ((IsRatio ? figure.Ratio : figure.Value) is not { } value || double.IsNaN(value))
        {
            return "not known";
        }

        var missing = IsFloor ? (Value - value) / Value : (value - Value) / Value;
        return missing <= 0 ? "met" : string.Create(CultureInfo.InvariantCulture, $"misses {Words(figure.Unit)} by {missing:P0}");
    }
}
