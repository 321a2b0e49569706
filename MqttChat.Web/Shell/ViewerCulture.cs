using System.Globalization;

namespace MqttChat.Web.Shell;

/// <summary>
/// The viewer's language for renders that start elsewhere: a change comes on a thread of the house, which speaks the
/// server's language. What components hand to signals, timers and feeds goes through here.
/// </summary>
internal static class ViewerCulture
{
    /// <summary>The same work, in the language of whoever calls this now.</summary>
    public static Func<Task> Keep(Func<Task> work)
    {
        var (culture, language) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        return async () =>
        {
            // Ends with this method: the culture flows down into the work, not back to the caller.
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, language);
            await work();
        };
    }
}
