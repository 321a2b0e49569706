using Microsoft.JSInterop;

namespace MqttChat.Web.Shell;

/// <summary>The part of a component that lives in the browser.</summary>
internal static class BrowserPart
{
    // A browser that has left does not answer, and what waits for it keeps the whole circuit in memory.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Ends it by its function <paramref name="stop"/>, and lets go of it and of its module. A browser that is gone took both along.</summary>
    public static async Task EndAsync(IJSObjectReference? part, string stop, IJSObjectReference? module)
    {
        try
        {
            if (part is not null)
            {
                await part.InvokeVoidAsync(stop, Patience);
                await part.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception error) when (IsGone(error) || error is JSException)
        {
            // What was to be stopped went with the page.
        }
    }

    /// <summary>True when the browser, or the page's circuit, is not there any more.</summary>
    public static bool IsGone(Exception error) =>
        error is JSDisconnectedException or OperationCanceledException or ObjectDisposedException;
}
