using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts.Settings;

/// <summary>
/// The one source of the house's name, time zone, language, currency and price: what the operator's settings give, else what
/// staff chose; the name the other way round. Kept in memory, and read again when another instance changed it.
/// </summary>
public sealed class HouseSettings : IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly SignalHub _signals;
    private readonly ILogger<HouseSettings> _log;
    private readonly HouseOptions _given;
    private readonly Coalescer _reads;
    private readonly IDisposable _subscription;
    private readonly ITimer _timer;
    private volatile HouseFacts _current;

    /// <summary>Made once an instance; knows only the operator's settings until <see cref="ReadAsync"/>.</summary>
    public HouseSettings(
        IDbContextFactory<HouseDbContext> houses, IOptions<HouseOptions> given, SignalHub signals, TimeProvider clock, ILogger<HouseSettings> log)
    {
        (_houses, _signals, _log, _given) = (houses, signals, log, given.Value);
        _current = Merge(null);
        _reads = new Coalescer(ReadAsync, TimeSpan.FromSeconds(1), clock, error => _log.LogWarning(error, "The house's settings could not be read; they are tried again"));
        _subscription = signals.Subscribe(ReloadSignal.House, _reads.Request);
        _timer = clock.CreateTimer(_ => _reads.Request(), null, Safety, Safety);
    }

    /// <summary>What holds now.</summary>
    public HouseFacts Current => _current;

    /// <summary>Whether the operator's settings decide, and not staff.</summary>
    public bool IsGiven(HouseField field) => field switch
    {
        HouseField.TimeZone => _given.TimeZone.Length > 0,
        HouseField.Language => _given.Language.Length > 0,
        HouseField.Currency => _given.Currency.Length > 0,
        _ => _given.PricePerKilowattHour > 0,
    };

    /// <summary>The wishes without those that the operator's settings have decided.</summary>
    public HouseWishes WithoutGiven(HouseWishes wishes) => wishes with
    {
        TimeZone = Open(HouseField.TimeZone, wishes.TimeZone),
        Language = Open(HouseField.Language, wishes.Language),
        Currency = Open(HouseField.Currency, wishes.Currency),
        PricePerKilowattHour = Open(HouseField.Price, wishes.PricePerKilowattHour),
    };

    /// <summary>Reads what staff chose.</summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        _current = Merge(await house.Houses.AsNoTracking().SingleOrDefaultAsync(cancellation));
    }

    /// <summary>
    /// Changes what is wished for. Staff only. <c>house.changedMeanwhile</c> when somebody else has changed the same thing since it was
    /// <see cref="HouseWishes.Seen"/>. <c>setup.houseNameInvalid</c>, <c>house.zoneUnknown</c>, <c>house.languageUnknown</c>,
    /// <c>house.currencyInvalid</c>, <c>house.priceInvalid</c>, <c>house.priceNeedsCurrency</c>; <c>house.givenBySettings</c> for what the operator decides.
    /// </summary>
    public async Task ChangeAsync(Viewer viewer, HouseWishes wishes, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("house.staffOnly");
        }

        await Storage.RunAsync(async () =>
        {
            await using var house = await _houses.CreateDbContextAsync(cancellation);
            var row = await house.Houses.SingleOrDefaultAsync(cancellation) ?? throw RefusedException.NotFound("house");
            _current = Merge(row);
            if (wishes.ComeTooLate(_current))
            {
                throw RefusedException.Conflict("house.changedMeanwhile");
            }

            Apply(wishes, row);
            await house.SaveChangesAsync(cancellation);
            _current = Merge(row);
            return true;
        }, "house.tryAgain", _log, cancellation);
        _log.LogInformation("{Person} changed the house's settings", viewer.UserId);
        _signals.Publish(ReloadSignal.House);
    }

    /// <summary>Puts the wishes into a row, by the same rules.</summary>
    internal void Apply(HouseWishes wishes, House row)
    {
        row.Name = wishes.Name is { } name ? AccountRules.HouseName(name) : row.Name;
        row.TimeZone = Wanted(HouseField.TimeZone, wishes.TimeZone) is { } zone ? HouseRules.TimeZone(zone) : row.TimeZone;
        row.Language = Wanted(HouseField.Language, wishes.Language) is { } language ? HouseRules.Language(language) : row.Language;
        row.Currency = Wanted(HouseField.Currency, wishes.Currency) is { } currency ? HouseRules.Currency(currency) : row.Currency;
        row.PricePerKilowattHour = Wanted(HouseField.Price, wishes.PricePerKilowattHour) is { } price ? HouseRules.Price(price) : row.PricePerKilowattHour;
        if (row.PricePerKilowattHour > 0 && row.Currency is null && !IsGiven(HouseField.Currency))
        {
            throw RefusedException.Invalid("house.priceNeedsCurrency", "currency");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        _subscription.Dispose();
        _reads.Dispose();
    }

    private string? Wanted(HouseField field, string? wish) =>
        wish is null || !IsGiven(field) ? wish : throw RefusedException.Conflict("house.givenBySettings");

    private string? Open(HouseField field, string? wish) => IsGiven(field) ? null : wish;

    private HouseFacts Merge(House? row)
    {
        var zoneId = Or(_given.TimeZone, row?.TimeZone);
        var currency = Or(_given.Currency, row?.Currency);
        return new(
            row?.Name ?? (_given.Name.Length > 0 ? _given.Name : null),
            zoneId,
            // A zone that another machine knew: the days still have to begin somewhere.
            zoneId.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(zoneId, out var zone) ? zone : TimeZoneInfo.Local,
            Or(_given.Language, row?.Language) is { Length: > 0 } language ? language : AccountRules.Languages[0],
            currency,
            currency.Length == 0 ? 0 : _given.PricePerKilowattHour > 0 ? _given.PricePerKilowattHour : row?.PricePerKilowattHour ?? 0);
    }

    private static string Or(string given, string? chosen) => given.Length > 0 ? given : chosen ?? "";
}
