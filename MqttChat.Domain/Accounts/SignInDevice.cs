namespace MqttChat.Domain.Accounts;

/// <summary>From where somebody signs in, as far as the user agent tells.</summary>
/// <param name="IsProgram">A program at the API.</param>
/// <param name="Browser">The browser's or program's name; null: unknown.</param>
/// <param name="System">What it runs on; null: unknown.</param>
public sealed record SignInDevice(bool IsProgram, string? Browser, string? System)
{
    private const int MaxLength = 32;

    // Each browser also names those that it is like: the most particular first.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"), ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
        ("Macintosh", "Mac"), ("Linux", "Linux"),
    ];

    /// <summary>Reads a browser's user agent.</summary>
    public static SignInDevice OfBrowser(string? userAgent) => new(false, Find(Browsers, userAgent), Find(Systems, userAgent));

    /// <summary>Reads a program's user agent: its first product (RFC 9110, 10.1.5).</summary>
    public static SignInDevice OfProgram(string? userAgent)
    {
        var product = (userAgent ?? "").Split('/', ' ')[0];
        return new(true, product.Length is > 0 and <= MaxLength && product.All(char.IsAsciiLetterOrDigit) ? product : null, Find(Systems, userAgent));
    }

    private static string? Find((string Mark, string Name)[] known, string? userAgent) =>
        userAgent is null ? null : known.FirstOrDefault(one => userAgent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
