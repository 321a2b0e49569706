using Microsoft.AspNetCore.Identity;

namespace MqttChat.Domain.Accounts;

/// <summary>A person's account. Sign-in name and e-mail address are the same; without an address, the name is the id.</summary>
public sealed class AppUser : IdentityUser
{
    /// <summary>The name the others see, 1 to 64 characters.</summary>
    public required string DisplayName { get; set; }

    /// <summary>The chosen language (<c>en</c>, <c>ja</c>); null follows the browser.</summary>
    public string? Language { get; set; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The step (30 s, counted from 1970) of the newest authenticator code that was used: neither it nor an older one works again.</summary>
    public long? LastCodeStep { get; set; }

    /// <summary>Free facts about the person, for example <c>unit: 203</c>.</summary>
    public List<UserTag> Tags { get; } = [];
}

/// <summary>One fact about a person; a key stands once a person.</summary>
public sealed class UserTag
{
    /// <summary>Whose fact.</summary>
    public required string UserId { get; set; }

    /// <summary>What kind of fact, 1 to 64 characters.</summary>
    public required string Key { get; set; }

    /// <summary>The fact, up to 256 characters.</summary>
    public required string Value { get; set; }
}
