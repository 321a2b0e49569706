namespace MqttChat.Web.Accounts.Forms;

/// <summary>What a second press of a form means.</summary>
public enum FormUse
{
    /// <summary>The same as the first, where it carries the same: a form with several buttons, or one that may be sent again with other values.</summary>
    Repeatable,

    /// <summary>The same as the first, whatever is typed in between: what the form makes or uses up is there once.</summary>
    Once,

    /// <summary>As <see cref="Once"/>, and the page's address is what is used up: to open it again in this browser leads to the first answer too.</summary>
    OfLink,
}
