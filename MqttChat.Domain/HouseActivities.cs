using System.Diagnostics;

namespace MqttChat.Domain;

/// <summary>
/// Traces of the three flows: a batch of reports, a post, a feed's read. Without a listener an activity is null and costs
/// nothing. Tags are numbers and stable codes only: never a text, a name, an address or a topic.
/// </summary>
public static class HouseActivities
{
    /// <summary>The name that meter and activity source share.</summary>
    public const string Name = "MqttChat";

    /// <summary>Makes the activities.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Marks an activity as failed, by the error's type: its message may hold what nobody may read.</summary>
    public static void Failed(this Activity? activity, Exception error)
    {
        activity?.SetTag("error.type", error is RefusedException refusal ? refusal.Code : error.GetType().FullName);
        activity?.SetStatus(ActivityStatusCode.Error);
    }
}
