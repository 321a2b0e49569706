using Microsoft.Extensions.Localization;
using MudBlazor;

namespace MqttChat.Web.Shell.Controls;

/// <summary>What Mud's controls say by themselves, in the viewer's language; a key without words stays Mud's own English.</summary>
internal sealed class MudWords(IStringLocalizer<ShellTexts> texts) : MudLocalizer
{
    public override LocalizedString this[string key] => texts[key];

    public override LocalizedString this[string key, params object[] arguments] => texts[key, arguments];
}
