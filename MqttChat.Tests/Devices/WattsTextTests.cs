using System.Globalization;
using MqttChat.Web.Devices;

namespace MqttChat.Tests.Devices;

public sealed class WattsTextTests
{
    [Theory]
    [InlineData("", "en", null)]
    [InlineData("3680", "en", 3680.0)]
    [InlineData(" 3,680 W ", "en", 3680.0)]
    [InlineData("3.680", "de", 3680.0)]
    [InlineData("1,000,000", "en", 1_000_000.0)]
    [InlineData("1 000 000", "fr", 1_000_000.0)]
    [InlineData("11 kW", "en", 11_000.0)]
    [InlineData("3,68 kW", "de", 3680.0)]
    [InlineData("3.68kW", "ja", 3680.0)]
    [InlineData("２５００", "ja", 2500.0)]
    [InlineData("2300.5", "en", 2300.5)]
    public void TryRead_WhatPeopleWrite_IsWatts(string text, string culture, double? expected)
    {
        Assert.True(WattsText.TryRead(text, CultureInfo.GetCultureInfo(culture), out var watts));
        Assert.Equal(expected, watts is { } value ? Math.Round(value, 6) : null);
    }

    [Theory]
    [InlineData("many")]
    [InlineData("-5")]
    [InlineData("1,2,3")]
    [InlineData("1e9")]
    [InlineData("kW")]
    [InlineData("16 A")]
    [InlineData("1\uFFFE2")]
    public void TryRead_WhatIsNoPower_IsRefused(string text) =>
        Assert.False(WattsText.TryRead(text, CultureInfo.GetCultureInfo("en"), out _));
}
