using System.Globalization;

namespace MqttChat.Web.Devices;

/// <summary>Power and energy as people read them. The chart's module writes watts by the same rule in the browser.</summary>
internal static class PlugWords
{
    /// <summary>What stands where nothing is known: unknown is not zero.</summary>
    public const string Unknown = "–";

    /// <summary>"3.4 W", "640 W", "1.24 kW", "12.4 kW".</summary>
    public static string Watts(double? watts, CultureInfo? culture = null) => watts switch
    {
        null => Unknown,
        { } value => Math.Abs(value) switch
        {
            < 9.95 => $"{Rounded(value, 1).ToString("0.#", culture)} W",
            < 999.5 => $"{Rounded(value, 0).ToString("0", culture)} W",
            < 9995 => $"{(value / 1000).ToString("0.00", culture)} kW",
            _ => $"{(value / 1000).ToString("#,0.0", culture)} kW",
        },
    };

    /// <summary>"0.42 kWh", "12.3 kWh", "4,567 kWh".</summary>
    public static string Energy(double? kilowattHours, CultureInfo? culture = null) => kilowattHours switch
    {
        null => Unknown,
        { } value => Math.Abs(value) switch
        {
            < 9.995 => $"{value.ToString("0.00", culture)} kWh",
            < 99.95 => $"{value.ToString("0.0", culture)} kWh",
            _ => $"{value.ToString("#,0", culture)} kWh",
        },
    };

    // Adding zero turns a rounded "-0" into "0".
    private static double Rounded(double value, int digits) => Math.Round(value, digits, MidpointRounding.AwayFromZero) + 0.0;
}
