using System.Globalization;
using Microsoft.AspNetCore.Http;
using MqttChat.Domain;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Accounts.Household;

namespace MqttChat.Tests.Accounts.Household;

public sealed class HouseRulesTests
{
    [Theory]
    [InlineData("0.32", "0.32")]
    [InlineData("0,32", "0.32")]
    [InlineData(" 31 ", "31")]
    [InlineData("３１．５", "31.5")]
    [InlineData("0.12345678", "0.123457")]
    [InlineData("1000000", "1000000")]
    [InlineData("0,31", "0.31")]
    [InlineData("0,125", "0.125")]
    [InlineData("0.001", "0.001")]
    [InlineData("1,5", "1.5")]
    [InlineData("31,50", "31.5")]
    [InlineData("1000.125", "1000.125")]
    [InlineData("1,0000", "1")]
    [InlineData("", null)]
    [InlineData("0", null)]
    [InlineData(null, null)]
    public void Price_AsPeopleTypeIt_IsANumberOrNone(string? typed, string? price) =>
        Assert.Equal(price is null ? null : decimal.Parse(price, CultureInfo.InvariantCulture), HouseRules.Price(typed));

    [Theory]
    [InlineData("-1")]
    [InlineData("1.000,50")]
    [InlineData("1,000,000")]
    [InlineData("1 000")]
    [InlineData("3\uFFFE1")]
    [InlineData("1000000.01")]
    [InlineData("free")]
    [InlineData("1e3")]
    [InlineData("\ud800")]
    [InlineData("99999999999999999999999999999999999")]
    public void Price_ThatIsNone_IsRefused(string typed) =>
        Assert.Equal("house.priceInvalid", Assert.Throws<RefusedException>(() => HouseRules.Price(typed)).Code);

    [Theory]
    [InlineData("1,000")]
    [InlineData("1.000")]
    [InlineData("31.500")]
    [InlineData("１，０００")]
    [InlineData("999,999")]
    public void Price_WhoseSeparatorMayStandForThousands_IsRefusedInWordsOfItsOwn(string typed) =>
        Assert.Equal("house.priceAmbiguous", Assert.Throws<RefusedException>(() => HouseRules.Price(typed)).Code);

    [Theory]
    [InlineData("jpy", "JPY")]
    [InlineData("ＥＵＲ", "EUR")]
    [InlineData(" ", null)]
    public void Currency_InAnyCase_IsACode(string typed, string? code) => Assert.Equal(code, HouseRules.Currency(typed));

    [Theory]
    [InlineData("€")]
    [InlineData("EURO")]
    [InlineData("12A")]
    [InlineData("\udc00")]
    public void Currency_ThatIsNoCode_IsRefused(string typed) =>
        Assert.Equal("house.currencyInvalid", Assert.Throws<RefusedException>(() => HouseRules.Currency(typed)).Code);

    [Theory]
    [InlineData("Asia/Tokyo", "Asia/Tokyo")]
    [InlineData(" UTC ", "UTC")]
    [InlineData("", null)]
    public void TimeZone_ThatIsKnown_IsTaken(string typed, string? zone) => Assert.Equal(zone, HouseRules.TimeZone(typed));

    [Theory]
    [InlineData("Mars/Base")]
    [InlineData("../../etc/passwd")]
    public void TimeZone_ThatIsUnknown_IsRefused(string typed) =>
        Assert.Equal("house.zoneUnknown", Assert.Throws<RefusedException>(() => HouseRules.TimeZone(typed)).Code);

    [Fact]
    public void Zones_AreAllTaken()
    {
        Assert.Contains("Europe/Berlin", HouseRules.Zones);
        Assert.All(HouseRules.Zones, zone => Assert.Equal(zone, HouseRules.TimeZone(zone)));
    }

    [Theory]
    [InlineData("en-GB,en;q=0.9", "GBP")]
    [InlineData("ja", "JPY")]
    [InlineData("en;q=0.5,de-AT;q=0.8", "EUR")]
    [InlineData("en", null)]
    [InlineData("xx-YYYYYY,*", null)]
    public void BrowserRegion_TellsTheCurrency_WhereALanguageNamesACountry(string languages, string? currency)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptLanguage = languages;

        Assert.Equal(currency, BrowserRegion.CurrencyOf(request));
    }
}
