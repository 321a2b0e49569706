using System.Globalization;
using MqttChat.Domain.Accounts.Settings;

namespace MqttChat.Web.Telemetry;

/// <summary>What energy costs, as people read it; nothing at all in a house without a price.</summary>
internal sealed class HousePrice(HouseSettings house)
{
    private const int UsualDigits = 2;

    // Found among all the world's regions: looked up once a currency, not once a tile.
    private Form? _form;

    /// <summary>0 when there is none.</summary>
    public decimal PerKilowattHour => house.Current.PricePerKilowattHour;

    /// <summary>ISO 4217.</summary>
    public string Currency => house.Current.Currency;

    /// <summary>"¥131", "€1.20", "CHF 1.20"; null without a price or an energy.</summary>
    public string? Cost(double? kilowattHours, CultureInfo? culture = null)
    {
        var (price, currency) = (house.Current.PricePerKilowattHour, house.Current.Currency);
        if (price == 0 || kilowattHours is not { } energy || Math.Abs(energy) >= 1e12)
        {
            return null;
        }

        var form = _form is { } known && known.Currency == currency ? known : _form = FormOf(currency);
        return form.Symbol + ((decimal)energy * price).ToString($"N{form.Digits}", culture);
    }

    // As the currency's own country writes it; both languages put it before the amount.
    private static Form FormOf(string currency)
    {
        foreach (var culture in CultureInfo.GetCultures(CultureTypes.SpecificCultures))
        {
            var region = new RegionInfo(culture.Name);
            if (region.ISOCurrencySymbol == currency)
            {
                var symbol = region.CurrencySymbol.Replace('￥', '¥');
                return new(currency, char.IsAsciiLetter(symbol[^1]) ? $"{symbol}\u00a0" : symbol, culture.NumberFormat.CurrencyDecimalDigits);
            }
        }

        return new(currency, $"{currency}\u00a0", UsualDigits);
    }

    private sealed record Form(string Currency, string Symbol, int Digits);
}
