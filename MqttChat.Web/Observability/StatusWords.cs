using System.Globalization;

namespace MqttChat.Web.Observability;

/// <summary>Figures of the status page as people read them.</summary>
internal static class StatusWords
{
    private const double Kilo = 1000;

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>"12,345".</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>"0", "0.4", "12", "4,870" a second.</summary>
    public static string Rate(double value) => value.ToString(value < 9.95 ? "0.#" : "N0", CultureInfo.CurrentCulture);

    /// <summary>"3 ms", "1.2 s".</summary>
    public static string Milliseconds(long value) => value < 1000
        ? $"{value.ToString(CultureInfo.CurrentCulture)} ms"
        : $"{(value / 1000.0).ToString(value < 10_000 ? "0.0" : "N0", CultureInfo.CurrentCulture)} s";

    /// <summary>"950 B", "12.3 MB"; a dash where nothing is known.</summary>
    public static string Bytes(long? bytes)
    {
        if (bytes is not { } value)
        {
            return "–";
        }

        var (amount, unit) = ((double)value, 0);
        while (amount >= Kilo && unit < Units.Length - 1)
        {
            amount /= Kilo;
            unit++;
        }

        return $"{amount.ToString(unit == 0 || amount >= 100 ? "0" : "0.0", CultureInfo.CurrentCulture)} {Units[unit]}";
    }
}
