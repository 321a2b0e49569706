using MqttChat.Domain;
using MqttChat.Domain.Devices;
using static MqttChat.Tests.Support.ChatHouse;

namespace MqttChat.Tests.Devices;

public class PlugChannelSettingsTests
{
    [Fact]
    public async Task Change_ByStaff_KeepsNameAndLimit()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();
        var settings = Settings(house);

        await settings.ChangeAsync(house.Staff, id, "1", "Oven", 7400, default);
        await settings.ChangeAsync(house.Staff, id, "1", null, 9000, default);
        Assert.Equal(("Oven", 9000.0), await ReadAsync(house, id));

        await settings.ChangeAsync(house.Staff, id, "1", "", null, default);
        Assert.Equal((null, 9000.0), await ReadAsync(house, id));
    }

    [Fact]
    public async Task Change_FirstWordsOfAChannelAtOnce_AreAllTaken()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();
        var settings = Settings(house);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(() => settings.ChangeAsync(house.Staff, id, "1", null, 1000 + number, default))));

        Assert.InRange((await ReadAsync(house, id)).Item2!.Value, 1001, 1008);
    }

    [Theory]
    [InlineData("1", "Oven", 0.0, "Invalid plug.limitInvalid")]
    [InlineData("1", "Oven", -5.0, "Invalid plug.limitInvalid")]
    [InlineData("1", "Oven", 1e7, "Invalid plug.limitInvalid")]
    [InlineData("1", "Oven", double.NaN, "Invalid plug.limitInvalid")]
    [InlineData("17", "Oven", 2000.0, "NotFound plug.channelNotFound")]
    public async Task Change_WhatCannotBe_IsRefused(string channel, string name, double watts, string refusal)
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.AdoptPlugAsync();

        Assert.Equal(refusal, await RefusalAsync(() => Settings(house).ChangeAsync(house.Staff, id, channel, name, watts, default)));
        Assert.Equal("Forbidden plug.notStaff", await RefusalAsync(() => Settings(house).ChangeAsync(house.Member, id, channel, name, watts, default)));
    }

    [Theory]
    [InlineData(null, 3680)]
    [InlineData("Nous A1T", 3680)]
    [InlineData("Shelly 3EM", 27600)]
    [InlineData("Sonoff POWR320D", 4600)]
    [InlineData("Sonoff POWR3", 5750)]
    public void KnownLimits_OfAModel_AreWhatItsMakersSay(string? model, double watts) => Assert.Equal(watts, KnownLimits.Of(model));

    private static PlugChannelSettings Settings(DeviceHouse house) => new(house.Stores.Houses, house.Stores.Signals);

    private static async Task<(string?, double?)> ReadAsync(DeviceHouse house, int id)
    {
        var channel = Assert.Single((await house.RowsAsync()).Single(row => row.Id == id).Channels);
        return (channel.Name, channel.LimitWatts);
    }
}
