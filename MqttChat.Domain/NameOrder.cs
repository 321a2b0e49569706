using System.Globalization;

namespace MqttChat.Domain;

/// <summary>
/// The one order of names in lists, whoever reads them: kana by their sound, kanji as Japanese dictionaries have them, Latin letters
/// as in English, and numbers by their size ("Room 2" before "Room 10"). Capitals and widths make no difference.
/// </summary>
public static class NameOrder
{
    /// <summary>Compares names. Never 0 for two that differ.</summary>
    public static StringComparer Names { get; } = new Comparer();

    /// <summary>What a table can sort by instead of the name.</summary>
    public static IComparable Key(string name) => new Sorted(name);

    private sealed class Comparer : StringComparer
    {
        // Japanese collation leaves Latin letters as they are everywhere; an English one has kanji in the order of their code points.
        private static readonly CompareInfo Japanese = CultureInfo.GetCultureInfo("ja-JP").CompareInfo;

        private const CompareOptions Alike =
            CompareOptions.IgnoreCase | CompareOptions.IgnoreKanaType | CompareOptions.IgnoreWidth | CompareOptions.NumericOrdering;

        public override int Compare(string? x, string? y) =>
            Japanese.Compare(x, y, Alike) is not 0 and var order ? order : string.CompareOrdinal(x, y);

        public override bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public override int GetHashCode(string obj) => obj.GetHashCode(StringComparison.Ordinal);
    }

    private sealed record Sorted(string Name) : IComparable
    {
        public int CompareTo(object? obj) => Names.Compare(Name, (obj as Sorted)?.Name);
    }
}
