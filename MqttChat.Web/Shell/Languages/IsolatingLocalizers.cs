using Microsoft.Extensions.Localization;

namespace MqttChat.Web.Shell.Languages;

/// <summary>
/// Every text with a name in it keeps the name from turning the words around it, wherever the text is shown or sent: what is filled in
/// goes through <see cref="Isolated"/>.
/// </summary>
internal sealed class IsolatingLocalizers(ResourceManagerStringLocalizerFactory plain) : IStringLocalizerFactory
{
    public IStringLocalizer Create(Type resourceSource) => new Isolating(plain.Create(resourceSource));

    public IStringLocalizer Create(string baseName, string location) => new Isolating(plain.Create(baseName, location));

    private sealed class Isolating(IStringLocalizer inner) : IStringLocalizer
    {
        public LocalizedString this[string name] => inner[name];

        public LocalizedString this[string name, params object[] arguments] =>
            inner[name, Array.ConvertAll(arguments, value => value is string text ? Isolated.Of(text) : value)];

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => inner.GetAllStrings(includeParentCultures);
    }
}
