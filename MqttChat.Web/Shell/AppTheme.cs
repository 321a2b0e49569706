using MudBlazor;

namespace MqttChat.Web.Shell;

/// <summary>
/// The house's look in Mud's controls. Colours stand in <c>wwwroot/app.css</c>, which overrides Mud's variables in light and
/// dark, so that no page needs to know which of the two is on; here are shape and type.
/// </summary>
internal static class AppTheme
{
    // The page's own, so that nothing changes its face when Mud's controls come.
    private static readonly string[] Fonts = ["var(--mc-font)"];

    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".9375rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontWeight = "600", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = Fonts, FontSize = "1.125rem", FontWeight = "650", LetterSpacing = "normal" },
        },
    };
}
