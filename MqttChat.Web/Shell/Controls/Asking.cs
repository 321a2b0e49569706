using MudBlazor;

namespace MqttChat.Web.Shell.Controls;

/// <summary>Asks before something is done that cannot simply be taken back.</summary>
/// <param name="Title">The question, with the name of what it is about.</param>
/// <param name="Text">What then happens.</param>
/// <param name="Yes">The button that does it: its own verb, never "OK".</param>
/// <param name="No">The button that leaves everything as it is.</param>
public sealed record Question(string Title, string Text, string Yes, string No)
{
    /// <summary>What is done harms somebody, or cannot be undone.</summary>
    public bool IsGrave { get; init; } = true;
}

internal static class Asking
{
    /// <summary>Whether the person wants it done.</summary>
    public static async Task<bool> AskAsync(this IDialogService dialogs, Question question)
    {
        var dialog = await dialogs.ShowAsync<AskDialog>(question.Title, new DialogParameters<AskDialog> { { one => one.Question, question } });
        return await dialog.Result is { Canceled: false };
    }

    /// <summary>Says what was done, with a way back where there is one.</summary>
    public static void Say(this ISnackbar snackbar, string text, string? undo = null, Func<Task>? undoing = null) =>
        snackbar.Add(text, Severity.Success, options =>
        {
            options.VisibleStateDuration = undo is null ? 5000 : 12000;
            options.Action = undo;
            options.ActionColor = Color.Inherit;
            options.ActionVariant = Variant.Outlined;
            options.OnClick = undoing is null ? null : _ => undoing();
        });

    /// <summary>Says why it was not done.</summary>
    public static void Refuse(this ISnackbar snackbar, string text) =>
        snackbar.Add(text, Severity.Error, options => options.VisibleStateDuration = 12000);
}
