using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Signals;

namespace MqttChat.Tests.Support;

/// <summary>A house's settings without a database: what the operator gives, and nothing of staff.</summary>
internal static class Households
{
    public static HouseSettings Of(HouseOptions? given = null) => new(
        null!, Options.Create(given ?? new()), new SignalHub(NullLogger<SignalHub>.Instance), new Microsoft.Extensions.Time.Testing.FakeTimeProvider(),
        NullLogger<HouseSettings>.Instance);
}
