namespace MqttChat.Domain;

/// <summary>How a refused use case is answered; the HTTP API maps each kind to one status.</summary>
public enum RefusalKind
{
    /// <summary>The input breaks a rule (400).</summary>
    Invalid,
    /// <summary>The viewer may see the thing, but not do this (403).</summary>
    Forbidden,
    /// <summary>Absent, or not the viewer's: the two are never told apart (404).</summary>
    NotFound,
    /// <summary>The thing's state does not allow it (409).</summary>
    Conflict,
    /// <summary>Too large (413).</summary>
    TooLarge,
    /// <summary>Too many attempts (429).</summary>
    TooMany,
    /// <summary>A part that is needed is away, for example the broker (503).</summary>
    Unavailable,
}

/// <summary>
/// A use case was refused. <see cref="Code"/> is stable (<c>message.tooLong</c>): programs rely on it, and the pages look up
/// the person's words by it in the resources of the feature before the dot.
/// </summary>
public sealed class RefusedException(RefusalKind kind, string code, string? field = null, TimeSpan? retryAfter = null)
    : Exception(code)
{
    /// <summary>How the refusal is answered.</summary>
    public RefusalKind Kind { get; } = kind;

    /// <summary>The stable code: feature, dot, reason.</summary>
    public string Code { get; } = code;

    /// <summary>The input's field at fault, in the API's spelling; null when no single one is.</summary>
    public string? Field { get; } = field;

    /// <summary>When another try makes sense; only with <see cref="RefusalKind.TooMany"/>.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Absent or not the viewer's.</summary>
    public static RefusedException NotFound(string what) => new(RefusalKind.NotFound, $"{what}.notFound");

    /// <summary>The input breaks a rule.</summary>
    public static RefusedException Invalid(string code, string? field = null) => new(RefusalKind.Invalid, code, field);

    /// <summary>Seen, but not allowed to the viewer.</summary>
    public static RefusedException Forbidden(string code) => new(RefusalKind.Forbidden, code);

    /// <summary>The thing's state does not allow it.</summary>
    public static RefusedException Conflict(string code) => new(RefusalKind.Conflict, code);
}
