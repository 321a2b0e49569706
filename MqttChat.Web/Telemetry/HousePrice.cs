using System.Globalization;
using Microsoft.Extensions.Options;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Telemetry;

/// <summary>What energy costs, as people read it; nothing at all in a house without a price.</summary>
internal sealed class HousePrice
{
    private const int UsualDigits = 2;

    private readonly string _symbol;
    private readonly int _digits;

    public HousePrice(IOptions<HouseOptions> house)
    {
        PerKilowattHour = house.Value.PricePerKilowattHour;
        Currency = house.Value.Currency;
        (_symbol, _digits) = PerKilowattHour > 0 ? FormOf(Currency) : ("", 0);
    }

    /// <summary>0 when there is none.</summary>
    public decimal PerKilowattHour { get; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; }

    /// <summary>"¥131", "€1.20", "CHF 1.20"; null without a price or an energy.</summary>
    public string? Cost(double? kilowattHours, CultureInfo? culture = null) =>
        PerKilowattHour > 0 && kilowattHours is { } energy && Math.Abs(energy) < 1e12
            ? _symbol + ((decimal)energy * PerKilowattHour).ToString($"N{_digits}", culture) : null;

    // As the currency's own country writes it; both languages put it before the amount.
    private static (string Symbol, int Digits) FormOf(string currency)
    {
        foreach (var culture in CultureInfo.GetCultures(CultureTypes.SpecificCultures))
        {
            var region = new RegionInfo(culture.Name);
            if (region.ISOCurrencySymbol == currency)
            {
                var symbol = region.CurrencySymbol.Replace('￥', '¥');
                return (char.IsAsciiLetter(symbol[^1]) ? $"{symbol}\u00a0" : symbol, culture.NumberFormat.CurrencyDecimalDigits);
            }
        }

        return ($"{currency}\u00a0", UsualDigits);
    }
}
