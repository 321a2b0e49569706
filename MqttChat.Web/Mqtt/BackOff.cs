namespace MqttChat.Web.Mqtt;

/// <summary>Ever longer pauses between tries, spread so that many instances do not come back in step.</summary>
internal sealed class BackOff(TimeSpan first, TimeSpan longest)
{
    private int _tries;

    /// <summary>For the way to the broker: it must be found again within 10 s of its return, however long it was away.</summary>
    public static BackOff ForBroker() => new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));

    /// <summary>For the way to the database.</summary>
    public static BackOff ForDatabase() => new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(5));

    /// <summary>The next pause: between the first and the longest one, doubled each time, with a quarter of chance.</summary>
    public TimeSpan Next()
    {
        var pause = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(_tries++, 16)));
        var spread = pause * (1 - Random.Shared.NextDouble() / 4);
        return TimeSpan.FromSeconds(Math.Max(first.TotalSeconds, spread));
    }

    /// <summary>It went well: the next failure starts with the first pause.</summary>
    public void Reset() => _tries = 0;
}
