using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Accounts.Household;

public class HouseSettingsTests : IAsyncLifetime
{
    private static readonly Viewer Staff = new("staff", true);

    private TestStores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = await TestStores.CreateAsync();
        await using var house = await _stores.Houses.CreateDbContextAsync();
        house.Houses.Add(new House { Name = "Elm 12", CreatedAt = _stores.Clock.GetUtcNow() });
        await house.SaveChangesAsync();
    }

    public async Task DisposeAsync() => await _stores.DisposeAsync();

    [Fact]
    public async Task Change_ByStaff_HoldsAtOnceAndAfterARestart()
    {
        using var settings = await OpenAsync();

        await settings.ChangeAsync(Staff, new("Elm 14", "Asia/Tokyo", "ja", "jpy", "31,5"), default);

        using var restarted = await OpenAsync();
        foreach (var facts in new[] { settings.Current, restarted.Current })
        {
            Assert.Equal(("Elm 14", "Asia/Tokyo", "ja", "JPY", 31.5m), (facts.Name, facts.Zone.Id, facts.Language, facts.Currency, facts.PricePerKilowattHour));
        }
    }

    [Fact]
    public async Task Change_OfOneThing_LeavesTheOthers()
    {
        using var settings = await OpenAsync();
        await settings.ChangeAsync(Staff, new("Elm 14", "Asia/Tokyo", "ja", "JPY", "31"), default);

        await settings.ChangeAsync(Staff, new(PricePerKilowattHour: ""), default);

        Assert.Equal(("Elm 14", "Asia/Tokyo", "JPY", 0m), (settings.Current.Name, settings.Current.ZoneId, settings.Current.Currency, settings.Current.PricePerKilowattHour));
    }

    [Fact]
    public async Task Change_InOneInstance_IsFollowedByTheOther()
    {
        using var here = await OpenAsync();
        var (otherSignals, seen) = (new SignalHub(NullLogger<SignalHub>.Instance), 0);
        using var there = await OpenAsync(signals: otherSignals);
        using var bridge = _stores.Signals.Subscribe(ReloadSignal.House, () => { seen++; otherSignals.Receive(ReloadSignal.House); });

        await here.ChangeAsync(Staff, new(TimeZone: "Asia/Kolkata"), default);

        await Eventually.TrueAsync(() => there.Current.ZoneId == "Asia/Kolkata", what: "the other instance follows");
        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task Given_ByTheOperator_WinsAndCannotBeChanged()
    {
        using (var before = await OpenAsync())
        {
            await before.ChangeAsync(Staff, new(TimeZone: "Asia/Tokyo", Currency: "JPY", PricePerKilowattHour: "31"), default);
        }

        using var settings = await OpenAsync(new() { TimeZone = "Europe/Berlin", Name = "Given", Currency = "EUR", PricePerKilowattHour = 0.3m });

        Assert.Equal(("Elm 12", "Europe/Berlin", "EUR", 0.3m), (settings.Current.Name, settings.Current.Zone.Id, settings.Current.Currency, settings.Current.PricePerKilowattHour));
        Assert.True(settings.IsGiven(HouseField.TimeZone));
        Assert.False(settings.IsGiven(HouseField.Language));
        Assert.Equal("house.givenBySettings", await RefusedAsync(settings, new(TimeZone: "Asia/Tokyo")));
        Assert.Equal(new HouseWishes("Other", Language: "ja"), settings.WithoutGiven(new("Other", "Asia/Tokyo", "ja", "JPY", "31")));
    }

    [Fact]
    public async Task Name_OfTheOperator_NamesAHouseThatHasNone_AndRenamesNone()
    {
        var given = new HouseOptions { Name = "Given" };
        using var named = await OpenAsync(given);
        Assert.Equal("Elm 12", named.Current.Name);
        await named.ChangeAsync(Staff, new("Elm 14"), default);
        using var restarted = await OpenAsync(given);
        Assert.Equal("Elm 14", restarted.Current.Name);

        await using (var house = await _stores.Houses.CreateDbContextAsync())
        {
            house.Houses.RemoveRange(house.Houses);
            await house.SaveChangesAsync();
        }

        using var fresh = await OpenAsync(given);
        Assert.Equal("Given", fresh.Current.Name);
    }

    [Fact]
    public async Task Change_OfWhatAnotherChangedMeanwhile_IsRefused_AndOfAnythingElseIsNot()
    {
        using var here = await OpenAsync();
        using var there = await OpenAsync();
        var seen = here.Current;
        await there.ChangeAsync(Staff, new("Elm 14", Currency: "JPY") { Seen = there.Current }, default);

        Assert.Equal("house.changedMeanwhile", await RefusedAsync(here, new("Elm 16") { Seen = seen }));
        Assert.Equal("Elm 14", here.Current.Name);
        await here.ChangeAsync(Staff, new(TimeZone: "Asia/Tokyo") { Seen = seen }, default);
        await here.ChangeAsync(Staff, new("Elm 16") { Seen = here.Current }, default);

        Assert.Equal(("Elm 16", "Asia/Tokyo", "JPY"), (here.Current.Name, here.Current.ZoneId, here.Current.Currency));
    }

    [Theory]
    [InlineData(" ", null, null, "setup.houseNameInvalid")]
    [InlineData(null, "Mars/Base", null, "house.zoneUnknown")]
    [InlineData(null, null, "31", "house.priceNeedsCurrency")]
    public async Task Change_ThatBreaksARule_ChangesNothing(string? name, string? zone, string? price, string code)
    {
        using var settings = await OpenAsync();
        var before = settings.Current;

        Assert.Equal(code, await RefusedAsync(settings, new(name, zone, PricePerKilowattHour: price)));

        await settings.ReadAsync(default);
        Assert.Equal(before, settings.Current);
    }

    [Fact]
    public async Task Change_ByAResident_IsForbidden()
    {
        using var settings = await OpenAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => settings.ChangeAsync(new("resident", false), new("Mine"), default));

        Assert.Equal((RefusalKind.Forbidden, "house.staffOnly", "Elm 12"), (refusal.Kind, refusal.Code, settings.Current.Name));
    }

    [Fact]
    public async Task HouseDays_BeginWhereTheHouseIs_AsSoonAsItMoves()
    {
        using var settings = await OpenAsync();
        var days = new HouseDays(() => settings.Current.Zone);
        var at = new DateTimeOffset(2026, 3, 2, 16, 0, 0, TimeSpan.Zero);
        await settings.ChangeAsync(Staff, new(TimeZone: "UTC"), default);
        Assert.Equal(new DateOnly(2026, 3, 2), days.DayOf(at));

        await settings.ChangeAsync(Staff, new(TimeZone: "Asia/Tokyo"), default);

        Assert.Equal(new DateOnly(2026, 3, 3), days.DayOf(at));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 15, 0, 0, TimeSpan.Zero), days.BeginningOf(days.DayOf(at)));
    }

    private static async Task<string> RefusedAsync(HouseSettings settings, HouseWishes wishes) =>
        (await Assert.ThrowsAsync<RefusedException>(() => settings.ChangeAsync(Staff, wishes, default))).Code;

    private async Task<HouseSettings> OpenAsync(HouseOptions? given = null, SignalHub? signals = null)
    {
        var settings = new HouseSettings(
            _stores.Houses, Options.Create(given ?? new()), signals ?? _stores.Signals, _stores.Clock, NullLogger<HouseSettings>.Instance);
        await settings.ReadAsync(default);
        return settings;
    }
}
