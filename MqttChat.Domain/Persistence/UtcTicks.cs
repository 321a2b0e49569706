using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MqttChat.Domain.Persistence;

/// <summary>Times as the ticks of UTC, for engines whose own times can neither be compared nor hold a tick.</summary>
internal sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero))
{
    /// <summary>Stores all times of a context so.</summary>
    public static void Apply(ModelConfigurationBuilder builder) => builder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
}
