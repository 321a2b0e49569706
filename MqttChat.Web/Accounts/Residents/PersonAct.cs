using Microsoft.Extensions.Localization;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell.Controls;

namespace MqttChat.Web.Accounts.Residents;

/// <summary>What staff do about a person.</summary>
public enum PersonAct
{
    /// <summary>Gives staff's rights.</summary>
    MakeStaff,
    /// <summary>Takes them.</summary>
    MakeResident,
    /// <summary>A link by which the person sets a new password.</summary>
    ResetPassword,
    /// <summary>A link by which a person without a password comes back in.</summary>
    NewLink,
    /// <summary>Turns off two-step sign-in of somebody who lost it.</summary>
    TakeSecondFactor,
    /// <summary>Keeps the person out.</summary>
    Suspend,
    /// <summary>Lets the person in again.</summary>
    Restore,
}

/// <summary>What is asked before.</summary>
internal static class Questions
{
    /// <summary>Null for what harms nobody.</summary>
    public static Question? Of(IStringLocalizer<AccountTexts> texts, PersonRow person, PersonAct act, bool isMe)
    {
        if (act is PersonAct.ResetPassword or PersonAct.NewLink or PersonAct.Restore)
        {
            return null;
        }

        // One's own staff's rights go for good: only somebody else can give them back.
        var key = act == PersonAct.MakeResident && isMe ? "MakeResidentMe" : act.ToString();
        return new(texts[$"Ask.{key}", person.DisplayName], texts[$"AskText.{key}"], texts[$"AskYes.{act}"], texts["Cancel"]) { IsGrave = act != PersonAct.MakeStaff };
    }
}
