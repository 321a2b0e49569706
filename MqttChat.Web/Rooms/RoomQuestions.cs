using Microsoft.Extensions.Localization;
using MqttChat.Web.Shell.Controls;

namespace MqttChat.Web.Rooms;

/// <summary>What is asked before a room is left, archived or deleted.</summary>
internal static class RoomQuestions
{
    public static Question Leave(IStringLocalizer<RoomTexts> texts, string room) =>
        new(texts["LeaveAsk", room], texts["LeaveHint"], texts["Leave"], texts["LeaveStay"]);

    public static Question Archive(IStringLocalizer<RoomTexts> texts, string room) =>
        new(texts["ArchiveAsk", room], texts["ArchiveHint"], texts["ArchiveYes"], texts["Cancel"]) { IsGrave = false };

    public static Question Delete(IStringLocalizer<RoomTexts> texts, string room) =>
        new(texts["DeleteRoomAsk", room], texts["DeleteRoomText"], texts["DeleteRoomYes"], texts["Cancel"]);

    public static Question Remove(IStringLocalizer<RoomTexts> texts, string person) =>
        new(texts["RemoveAsk", person], texts["RemoveText"], texts["Remove"], texts["Cancel"]);
}
