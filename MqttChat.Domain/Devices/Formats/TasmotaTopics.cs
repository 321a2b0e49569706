namespace MqttChat.Domain.Devices.Formats;

/// <summary>What a message is about, by the last segment of its topic.</summary>
internal enum TasmotaSubject
{
    Other,
    Sensor,
    State,
    Result,
    Status,
    Energy,
    Power,
    Availability,
}

/// <summary>
/// How Tasmota forms its topics: FullTopic is any order and depth of <c>%prefix%</c>, <c>%topic%</c> and text
/// (tasmota/docs, MQTT.md).
/// </summary>
internal static class TasmotaTopics
{
    public const string Prefix = "%prefix%";
    private const int MaxAddress = 256;
    private const int MaxTemplate = 384;

    public static ReadOnlySpan<char> LastSegment(string topic) => topic.AsSpan(topic.LastIndexOf('/') + 1);

    public static TasmotaSubject SubjectOf(ReadOnlySpan<char> lastSegment) => lastSegment switch
    {
        "SENSOR" => TasmotaSubject.Sensor,
        "STATE" => TasmotaSubject.State,
        "RESULT" => TasmotaSubject.Result,
        "STATUS" or "STATUS0" or "STATUS8" or "STATUS10" or "STATUS11" => TasmotaSubject.Status,
        "ENERGY" => TasmotaSubject.Energy,
        "LWT" => TasmotaSubject.Availability,
        _ => RelayOf(lastSegment) is null ? TasmotaSubject.Other : TasmotaSubject.Power,
    };

    /// <summary>The number of the relay in <c>POWER</c> (1) or <c>POWER1</c> to <c>POWER32</c>.</summary>
    public static int? RelayOf(ReadOnlySpan<char> name)
    {
        if (!name.StartsWith("POWER", StringComparison.Ordinal))
        {
            return null;
        }

        var digits = name["POWER".Length..];
        return digits.IsEmpty ? 1 : NumberOf(digits);
    }

    /// <summary>A channel's number, 1 to 32, written without zeros in front.</summary>
    public static int? NumberOf(ReadOnlySpan<char> digits) => digits switch
    {
        [>= '1' and <= '9' and var only] => only - '0',
        [>= '1' and <= '3' and var tens, >= '0' and <= '9' and var ones]
            when ((tens - '0') * 10) + ones - '0' is var number and <= TasmotaChannels.Most => number,
        _ => null,
    };

    /// <summary>
    /// Guesses the template from a topic whose prefixes are the factory's. Of several segments that could be the prefix, the
    /// one that fits the subject is taken, then the first; behind <c>cmnd</c> it is a command. Null when it cannot be a plug's topic.
    /// </summary>
    public static HeardPlug? Guess(string topic, TasmotaSubject subject)
    {
        if (topic is ['$', ..] || !IsSafe(topic))
        {
            return null;
        }

        var segments = topic.Split('/')[..^1];
        var (fitting, other) = subject is TasmotaSubject.Result or TasmotaSubject.Status or TasmotaSubject.Power
            ? ("stat", "tele") : ("tele", "stat");
        var at = Array.IndexOf(segments, fitting);
        var command = Array.IndexOf(segments, "cmnd");
        if (at < 0)
        {
            at = Array.IndexOf(segments, other);
            if (at < 0 || command >= 0)
            {
                return null;
            }
        }

        if (command >= 0 && command < at)
        {
            return null;
        }

        segments[at] = Prefix;
        return Named(string.Join('/', segments));
    }

    /// <summary>The plug that a template names; null when the name is missing, too long or not fit for a topic.</summary>
    public static HeardPlug? Named(string template)
    {
        var address = AddressOf(template);
        return address.AsSpan().Trim('/').IsEmpty || address.Length > MaxAddress || template.Length > MaxTemplate || !IsSafe(address)
            ? null : new HeardPlug("tasmota", template, address);
    }

    /// <summary>The template with a prefix put in. Without <c>%prefix%</c> only commands get theirs, at the end, as in the firmware.</summary>
    public static string Expand(string template, string prefix, bool isCommand) =>
        template.Contains(Prefix, StringComparison.Ordinal) ? template.Replace(Prefix, prefix, StringComparison.Ordinal)
        : isCommand ? $"{template}/{prefix}"
        : template;

    private static string AddressOf(string template)
    {
        var kept = template.Split('/').Where(segment => segment != Prefix);
        return string.Join('/', kept).Replace(Prefix, "", StringComparison.Ordinal);
    }

    private static bool IsSafe(string text)
    {
        foreach (var character in text)
        {
            if (character is '+' or '#' or '%' or '\uFFFD' || char.IsControl(character))
            {
                return false;
            }
        }

        return true;
    }
}
