using System.Globalization;
using MqttChat.Web.Devices;

namespace MqttChat.Tests.Devices;

/// <summary>Watts and kilowatt-hours as people read them.</summary>
public sealed class PlugWordsTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0 W")]
    [InlineData(-0.01, "0 W")]
    [InlineData(3.44, "3.4 W")]
    [InlineData(9.96, "10 W")]
    [InlineData(640.4, "640 W")]
    [InlineData(999.7, "1.00 kW")]
    [InlineData(2140.0, "2.14 kW")]
    [InlineData(12_345.0, "12.3 kW")]
    [InlineData(-894.0, "-894 W")]
    public void Watts_OfAnySize_AreShort(double? watts, string expected) =>
        Assert.Equal(expected, PlugWords.Watts(watts, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.424, "0.42 kWh")]
    [InlineData(9.996, "10.0 kWh")]
    [InlineData(4567.4, "4,567 kWh")]
    public void Energy_OfAnySize_IsShort(double? energy, string expected) =>
        Assert.Equal(expected, PlugWords.Energy(energy, CultureInfo.InvariantCulture));

    [Fact]
    public void Watts_AreWrittenByCulture() => Assert.Equal("2,14 kW", PlugWords.Watts(2140, new CultureInfo("de")));
}
