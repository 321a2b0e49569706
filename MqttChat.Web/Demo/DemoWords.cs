using System.Globalization;
using System.Resources;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Demo;

/// <summary>The demo's names and talk in the house's language.</summary>
internal sealed class DemoWords
{
    private static readonly ResourceManager Texts = new(typeof(DemoTexts).FullName!, typeof(DemoTexts).Assembly);

    private readonly CultureInfo _culture;

    private DemoWords(string language) => (Language, _culture) = (language, CultureInfo.GetCultureInfo(language));

    public string Language { get; }

    /// <summary>Who lives there: the name, and the address before the at sign. Staff comes first.</summary>
    public IReadOnlyList<(string Name, string Mailbox)> People =>
        [.. Lines("People").Select(line => line.Split('|')).Select(parts => (parts[0].Trim(), parts[1].Trim()))];

    public string this[string key] => Texts.GetString(key, _culture) ?? throw new MissingManifestResourceException(key);

    public string Format(string key, params object[] values) => string.Format(_culture, this[key], values);

    /// <summary>The house's language; where nobody has chosen one, the machine's, if the program speaks it.</summary>
    public static DemoWords For(IConfiguration settings)
    {
        var chosen = settings["House:Language"] is { Length: > 0 } language ? language : CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        return new(LanguageSetup.Languages.Contains(chosen) ? chosen : LanguageSetup.DefaultLanguage);
    }

    /// <summary>A text's lines; empty ones at both ends do not count.</summary>
    public IReadOnlyList<string> Lines(string key) => [.. this[key].Trim().Split('\n').Select(line => line.Trim())];
}
