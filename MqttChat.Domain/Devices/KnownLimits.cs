namespace MqttChat.Domain.Devices;

/// <summary>The most that a kind of plug can draw on one channel, in watts, by what its makers print on it (at 230 V).</summary>
public static class KnownLimits
{
    /// <summary>An ordinary household socket: 16 A.</summary>
    public const double Socket = 3680;

    // A word of the model, in upper case without blanks, and the amperes of one channel.
    private static readonly (string Word, double Amperes)[] Kinds =
    [
        ("PRO3EM-400", 400), ("3EM", 120), ("SHELLYEM", 120), ("PROEM", 50), ("PZEM", 100), ("SDM72", 100), ("SDM630", 100), ("SDM230", 100),
        ("SDM120", 45), ("SDM", 100), ("SML", 63), ("SMARTMETER", 63), ("HOUSEMETER", 63), ("P1METER", 63), ("IRREADER", 63), ("HICHI", 63),
        ("POWR320", 20), ("POWR3", 25), ("POWELITE20", 20), ("POWCT", 100), ("TOMZN", 63), ("DDS238", 63), ("ZMAI", 60),
    ];

    private const double Volts = 230;

    /// <summary>The limit of one channel of a plug of that model; a socket's where the kind is not known.</summary>
    public static double Of(string? model)
    {
        if (model is null)
        {
            return Socket;
        }

        var word = string.Concat(model.Where(letter => !char.IsWhiteSpace(letter) && letter != '_')).ToUpperInvariant();
        foreach (var (kind, amperes) in Kinds)
        {
            if (word.Contains(kind, StringComparison.Ordinal))
            {
                return amperes * Volts;
            }
        }

        return Socket;
    }

    /// <summary>The limit of a plug's channel: what staff set, else what its kind can.</summary>
    public static double Of(Plug plug, string channel) =>
        plug.Channels.Find(known => known.Channel == channel)?.LimitWatts ?? Of(plug.Model);
}
