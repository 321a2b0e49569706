using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry;

public class IngestLeasesTests
{
    [Fact]
    public async Task TryAcquire_HeldByAnother_IsRefusedUntilItExpires()
    {
        await using var stores = await StoresAsync();
        var leases = stores.Services.GetRequiredService<IngestLeases>();
        var first = await leases.TryAcquireAsync(0, 1, "first", CancellationToken.None);

        Assert.NotNull(first);
        Assert.Null(await leases.TryAcquireAsync(0, 1, "second", CancellationToken.None));
        stores.Clock.Advance(IngestLeases.Duration);
        var second = await leases.TryAcquireAsync(0, 1, "second", CancellationToken.None);
        Assert.True(second!.FencingNumber > first.FencingNumber);
        await Assert.ThrowsAsync<LeaseLostException>(() => leases.RenewAsync(first, CancellationToken.None));
    }

    [Fact]
    public async Task Renew_InTime_KeepsOthersOut()
    {
        await using var stores = await StoresAsync();
        var leases = stores.Services.GetRequiredService<IngestLeases>();
        var lease = await leases.TryAcquireAsync(0, 1, "first", CancellationToken.None);
        stores.Clock.Advance(IngestLeases.Duration * 0.9);

        await leases.RenewAsync(lease!, CancellationToken.None);

        stores.Clock.Advance(IngestLeases.Duration * 0.9);
        Assert.Null(await leases.TryAcquireAsync(0, 1, "second", CancellationToken.None));
    }

    [Fact]
    public async Task TryAcquire_DatedYearsOnByAClockThatWasAhead_IsTakenOnceNobodyRenewsIt()
    {
        await using var stores = await StoresAsync();
        var leases = stores.Services.GetRequiredService<IngestLeases>();
        await leases.TryAcquireAsync(0, 1, "first", CancellationToken.None);
        var ahead = stores.Clock.GetUtcNow().AddYears(10);

        // A holder whose clock is ahead renews.
        foreach (var second in (int[])[0, 3, 6, 9])
        {
            await DateAsync(stores, ahead.AddSeconds(second));
            Assert.Null(await leases.TryAcquireAsync(0, 1, "next", CancellationToken.None));
            stores.Clock.Advance(IngestLeases.Duration * 0.9);
        }

        Assert.Null(await leases.TryAcquireAsync(0, 1, "next", CancellationToken.None));
        stores.Clock.Advance(IngestLeases.Duration * 0.1);
        Assert.NotNull(await leases.TryAcquireAsync(0, 1, "next", CancellationToken.None));
    }

    [Fact]
    public async Task Release_LetsTheNextHolderInAtOnce()
    {
        await using var stores = await StoresAsync();
        var leases = stores.Services.GetRequiredService<IngestLeases>();
        var lease = await leases.TryAcquireAsync(0, 1, "first", CancellationToken.None);

        await leases.ReleaseAsync(lease!, CancellationToken.None);

        Assert.NotNull(await leases.TryAcquireAsync(0, 1, "second", CancellationToken.None));
    }

    [Fact]
    public async Task TryAcquire_ManyAtOnce_OneWins()
    {
        await using var stores = await StoresAsync();
        var leases = stores.Services.GetRequiredService<IngestLeases>();

        var won = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => leases.TryAcquireAsync(0, 1, $"holder {i}", CancellationToken.None)));

        Assert.Single(won, lease => lease is not null);
    }

    private static Task<TestStores> StoresAsync() => TestStores.CreateAsync(services => services.AddSingleton<IngestLeases>());

    private static async Task DateAsync(TestStores stores, DateTimeOffset expiresAt)
    {
        await using var store = await stores.Telemetry.CreateDbContextAsync();
        await store.IngestLeases.ExecuteUpdateAsync(set => set.SetProperty(lease => lease.ExpiresAt, expiresAt));
    }
}
