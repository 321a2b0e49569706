namespace MqttChat.Tests.Rights;

/// <summary>Who asks.</summary>
public enum Person
{
    Anonymous,
    /// <summary>A resident who belongs to none of the rooms.</summary>
    Stranger,
    Member,
    Owner,
    /// <summary>Staff, who are members of none of the rooms.</summary>
    Staff,
    /// <summary>Was a member until a moment ago.</summary>
    Removed,
    /// <summary>Stopped by staff after the sign-in.</summary>
    Locked,
    /// <summary>Whose sign-in has run out.</summary>
    Expired,
}

/// <summary>What is asked about: a room, or something in it.</summary>
public enum Place
{
    Open,
    MembersOnly,
    Absent,
}

/// <summary>For whom an operation is.</summary>
public enum Audience
{
    Anyone,
    SignedIn,
    Staff,
    /// <summary>Who belongs to the room.</summary>
    Members,
    /// <summary>Members, and staff who look after it.</summary>
    MembersAndStaff,
    /// <summary>Members and who may come in.</summary>
    Visitors,
    /// <summary>Who was asked into the room; none of these people is.</summary>
    Invited,
    /// <summary>The room's owner and staff.</summary>
    Managers,
    /// <summary>Who wrote it (the owner, here) and is still a member.</summary>
    Author,
    /// <summary>Staff, about one thing; to all others it is no use whether there is such a thing.</summary>
    StaffAboutIt,
    /// <summary>Staff only, about something that members see.</summary>
    StaffSeenByMembers,
}

/// <summary>What is answered.</summary>
public enum Answer
{
    Done,
    /// <summary>Sign in first.</summary>
    SignIn,
    /// <summary>The thing is seen, but this is not for this person.</summary>
    Forbidden,
    /// <summary>There is no such thing, or none for this person: the same answer.</summary>
    Absent,
}

/// <summary>
/// What must be answered to whom, from the issue's sentences and the API's contract: "mine, and the open ones", "members", "owner and
/// staff", "404 absent or not yours", "403 wrong role". No line of the program is asked.
/// </summary>
public static class RightsRules
{
    public static readonly Person[] People = Enum.GetValues<Person>();

    public static readonly Place[] Places = Enum.GetValues<Place>();

    /// <summary>Whose sign-in is none.</summary>
    public static bool IsNobody(Person person) => person is Person.Anonymous or Person.Locked or Person.Expired;

    public static bool IsMember(Person person) => person is Person.Member or Person.Owner;

    /// <summary>Who may read what is written in the room.</summary>
    public static bool MayRead(Person person, Place place) => place != Place.Absent && IsMember(person);

    /// <summary>Who may know the room's name and what stands in it.</summary>
    public static bool MayKnow(Person person, Place place) =>
        !IsNobody(person) && (IsMember(person) || person == Person.Staff || place == Place.Open);

    /// <summary>The rule.</summary>
    public static Answer Expected(Audience audience, Person person, Place place) => audience switch
    {
        Audience.Anyone => Answer.Done,
        _ when IsNobody(person) => Answer.SignIn,
        Audience.SignedIn => Answer.Done,
        Audience.Staff or Audience.StaffAboutIt when person != Person.Staff => Answer.Forbidden,
        Audience.Staff => Answer.Done,
        _ when place == Place.Absent => Answer.Absent,
        Audience.Invited => Answer.Absent,
        Audience.Members => IsMember(person) ? Answer.Done : Answer.Absent,
        Audience.MembersAndStaff => IsMember(person) || person == Person.Staff ? Answer.Done : Answer.Absent,
        Audience.Visitors => IsMember(person) || place == Place.Open ? Answer.Done : Answer.Absent,
        Audience.Managers => Insider(person is Person.Owner or Person.Staff, IsMember(person) || person == Person.Staff),
        Audience.StaffAboutIt => Answer.Done,
        Audience.StaffSeenByMembers => Insider(person == Person.Staff, IsMember(person)),
        Audience.Author => Insider(person == Person.Owner, IsMember(person)),
        _ => throw new ArgumentOutOfRangeException(nameof(audience)),
    };

    private static Answer Insider(bool may, bool sees) => may ? Answer.Done : sees ? Answer.Forbidden : Answer.Absent;
}
