using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Devices;

public class FirstStepsTests : IAsyncLifetime
{
    private TestStores _stores = null!;
    private Viewer _staff = null!;

    private FirstSteps Steps => _stores.Services.GetRequiredService<FirstSteps>();

    public async Task InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(services => services.AddSingleton<HouseSettings>().AddSingleton<FirstSteps>());
        _staff = await _stores.AddPersonAsync("Sam", isStaff: true);
        await using var house = await _stores.Houses.CreateDbContextAsync();
        house.Houses.Add(new House { Name = "Elm", CreatedAt = _stores.Clock.GetUtcNow() });
        await house.SaveChangesAsync();
    }

    public async Task DisposeAsync() => await _stores.DisposeAsync();

    [Fact]
    public async Task Left_GoesStepByStep_UntilAllAreDone()
    {
        Assert.Equal(new StepsLeft(false, false, false), await Steps.LeftAsync(_staff, default));

        var resident = await _stores.AddPersonAsync("Rei");
        Assert.Equal(new StepsLeft(true, false, false), await Steps.LeftAsync(_staff, default));
        Assert.Null(await Steps.LeftAsync(resident, default));

        await _stores.Services.GetRequiredService<HouseSettings>().ChangeAsync(_staff, new(Currency: "EUR", PricePerKilowattHour: "0.3"), default);
        Assert.Equal(new StepsLeft(true, false, true), await Steps.LeftAsync(_staff, default));

        await using var house = await _stores.Houses.CreateDbContextAsync();
        house.Plugs.Add(new Plug { Family = "tasmota", Address = "fridge", TopicTemplate = "%prefix%/%topic%/", Name = "Fridge", AdoptedAt = _stores.Clock.GetUtcNow() });
        await house.SaveChangesAsync();
        Assert.Null(await Steps.LeftAsync(_staff, default));
    }

    [Fact]
    public async Task Dismissed_AreGoneForEveryone()
    {
        await Steps.DismissAsync(_staff, default);

        Assert.Null(await Steps.LeftAsync(_staff, default));
    }
}
