using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Tests.Telemetry;

namespace MqttChat.Tests.Devices;

/// <summary>A number in a report that is written as people of some country write it is read where it means one thing, and told where not.</summary>
public sealed class NumberTextTests
{
    [Theory]
    [InlineData("12,3", 12.3)]
    [InlineData("12.3", 12.3)]
    [InlineData(" 12,30 ", 12.3)]
    [InlineData("-0,5", -0.5)]
    [InlineData("\u22125,25", -5.25)]
    [InlineData("+7", 7.0)]
    [InlineData("0,234", 0.234)]
    [InlineData("1.234", 1.234)]
    [InlineData("1234,567", 1234.567)]
    [InlineData("1.234,5", 1234.5)]
    [InlineData("1,234.5", 1234.5)]
    [InlineData("1.234,567", 1234.567)]
    [InlineData("1,234,567", 1234567.0)]
    [InlineData("1.234.567", 1234567.0)]
    [InlineData("1 234,5", 1234.5)]
    [InlineData("1\u00A0234,5", 1234.5)]
    [InlineData("1'234.5", 1234.5)]
    [InlineData("1,5e3", 1500.0)]
    [InlineData(".5", 0.5)]
    [InlineData("1,234", null)]
    [InlineData("-12,345", null)]
    [InlineData("1,23,4", null)]
    [InlineData("1,23.4", null)]
    [InlineData("1.2.3", null)]
    [InlineData("1 23,4", null)]
    [InlineData("12,", null)]
    [InlineData(",", null)]
    [InlineData("--5", null)]
    [InlineData("5-", null)]
    [InlineData("12,3,", null)]
    [InlineData("0x10", null)]
    [InlineData("twelve", null)]
    [InlineData("1e", null)]
    [InlineData("", null)]
    public void Read_NumbersOfManyCountries_OnlyWhereTheyMeanOneThing(string text, double? expected) => Assert.Equal(expected, NumberText.Read(text));

    [Property]
    public void Read_AnyText_NeverThrows(string? text) => NumberText.Read(text ?? "");

    [Property(MaxTest = 300)]
    public void Read_ANumberAsTheMachineWritesIt_IsThatNumber(int thousandths)
    {
        var value = thousandths / 1000.0;
        var text = value.ToString(CultureInfo.InvariantCulture);

        Assert.Equal(value, NumberText.Read(text));
        // With a comma three digits may be thousands, if nothing else tells.
        Assert.True(NumberText.Read(text.Replace('.', ',')) is not { } read || read == value);
    }

    [Theory]
    [InlineData("""{"Power":"12,3","Total":"1,5"}""", "12.3/1.5", null)]
    [InlineData("""{"Power":"12.3 W","Total":"1500 Wh"}""", "12.3/1.5", null)]
    [InlineData("""{"Power":"1,2 kW","Total":"2 MWh"}""", "1200/2000", null)]
    [InlineData("""{"Power":["1,5","2,5"],"Total":3}""", "1.5/ 2.5/ /3", null)]
    [InlineData("""{"Power":"1,234","Total":5}""", "/5", "value.notNumber")]
    [InlineData("""{"Power":"a lot","Total":5}""", "/5", "value.notNumber")]
    [InlineData("""{"Power":true,"Total":5}""", "/5", "value.notNumber")]
    [InlineData("""{"Power":{"x":{"y":1}},"Total":5}""", "/5", "value.notNumber")]
    [InlineData("""{"Power":"12 kWh","Total":5}""", "/5", "value.notNumber")]
    [InlineData("""{"Power":5,"Total":"12,3,4"}""", "5/", "value.notNumber")]
    [InlineData("""{"Power":1e300,"Total":5}""", "/5", "value.outOfRange")]
    [InlineData("""{"Power":null,"Total":5}""", "/5", null)]
    [InlineData("""{"Power":nan,"Total":5}""", "/5", null)]
    [InlineData("""{"Power":"NaN","Total":5}""", "/5", null)]
    [InlineData("""{"Power":"","Total":"unavailable"}""", "", null)]
    [InlineData("""{"Power":"12,345"}""", "", "value.notNumber")]
    public void AReport_WithSuchAValue_IsReadOrSaysWhyNot(string energy, string expected, string? reason)
    {
        var reading = PlugFormats.Read(IngestHouse.Plug(1, "fridge"), "tele/fridge/SENSOR", Encoding.UTF8.GetBytes($$"""{"ENERGY":{{energy}}}"""));

        Assert.Equal(expected, string.Join(' ', reading.Channels.Select(
            channel => FormattableString.Invariant($"{channel.ActivePowerWatts}/{channel.EnergyKilowattHours}"))));
        Assert.Equal(reason, reading.UnreadableReason);
        Assert.Equal(expected.Length > 0 ? ReadingKind.Report : reason is null ? ReadingKind.Nothing : ReadingKind.Unreadable, reading.Kind);
    }

    [Fact]
    public async Task AReport_OfWhichOneValueCannotBeRead_CountsTheOthersAndIsTold()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Power":"1,234","Total":5}}"""));

        Assert.Equal((null, 5.0), ((await house.ChannelAsync()).ActivePowerWatts, (await house.ChannelAsync()).EnergyKilowattHours));
        Assert.Equal((1L, 1), (house.Counters.Rejected, await house.CountAsync<MqttChat.Domain.Telemetry.DeadLetter>()));
        Assert.Equal(1, house.Counters.Stored);
    }
}
