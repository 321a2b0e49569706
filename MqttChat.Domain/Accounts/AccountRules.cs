using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Accounts;

/// <summary>What names, addresses and the like must look like. Each method returns the value as it is stored, or refuses.</summary>
public static class AccountRules
{
    /// <summary>Shortest password. Length is the only rule: NIST SP 800-63B advises against composition rules.</summary>
    public const int MinPasswordLength = 8;

    /// <summary>Longest password; a bound on what an unknown sender makes us hash.</summary>
    public const int MaxPasswordLength = 256;

    /// <summary>Longest display name, tag key and house name (UTF-16 units).</summary>
    public const int MaxNameLength = 64;

    /// <summary>Longest e-mail address (RFC 5321's path without its brackets).</summary>
    public const int MaxEmailLength = 254;

    /// <summary>Longest value of a tag.</summary>
    public const int MaxTagValueLength = 256;

    /// <summary>Most tags of one person.</summary>
    public const int MaxTags = 20;

    /// <summary>The languages that a profile may choose.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "ja"];

    /// <summary>1 to 64 characters after trimming, none of them a control character.</summary>
    public static string DisplayName(string? value) =>
        Name(value, MaxNameLength) ?? throw RefusedException.Invalid("account.displayNameInvalid", "displayName");

    /// <summary>The first of what others call a person that is a name, made one by the rules; null where none of it can be.</summary>
    public static string? NameOf(IEnumerable<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            var name = PlainText.Tidy(PlainText.WithoutControls(candidate ?? ""));
            if (name.Length > MaxNameLength)
            {
                // Not through the middle of a character.
                name = name[..(char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)].TrimEnd();
            }

            if (PlainText.IsName(name))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>1 to 64 characters after trimming, none of them a control character.</summary>
    public static string PasskeyName(string? value) =>
        Name(value, MaxNameLength) ?? throw RefusedException.Invalid("account.passkeyNameInvalid", "passkeyName");

    /// <summary>1 to 100 characters after trimming.</summary>
    public static string HouseName(string? value) =>
        Name(value, 100) ?? throw RefusedException.Invalid("setup.houseNameInvalid", "houseName");

    /// <summary>Up to 64 characters, none of them a control character; null where nothing was written.</summary>
    public static string? InvitationLabel(string? value) =>
        string.IsNullOrWhiteSpace(value) ? null
        : Name(value, MaxNameLength) ?? throw RefusedException.Invalid("invitation.labelInvalid", "label");

    /// <summary>One plain address, without a display name around it.</summary>
    public static string Email(string? value)
    {
        var text = Text(value, MaxEmailLength);
        return text is not null && !text.Any(char.IsWhiteSpace)
            && MailAddress.TryCreate(text, out var address) && address.Address == text && address.DisplayName.Length == 0
                ? text
                : throw RefusedException.Invalid("account.emailInvalid", "email");
    }

    /// <summary>8 to 256 characters, whatever they are.</summary>
    public static string Password(string? value, string field = "password") => value switch
    {
        null or { Length: < MinPasswordLength } => throw RefusedException.Invalid("account.passwordTooShort", field),
        { Length: > MaxPasswordLength } => throw RefusedException.Invalid("account.passwordTooLong", field),
        _ => value,
    };

    /// <summary>A language there is; null or empty follows the browser.</summary>
    public static string? Language(string? value) =>
        string.IsNullOrEmpty(value) ? null
        : Languages.Contains(value) ? value
        : throw RefusedException.Invalid("account.languageUnknown", "language");

    /// <summary>One of <see cref="Roles"/>.</summary>
    public static string Role(string? value, string code) =>
        value is Roles.Staff or Roles.Resident ? value : throw RefusedException.Invalid(code, "role");

    /// <summary>At most 20 facts, no key twice; rows with neither key nor value are left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Tags(IEnumerable<KeyValuePair<string, string>> tags)
    {
        var kept = tags.Where(tag => !string.IsNullOrWhiteSpace(tag.Key) || !string.IsNullOrWhiteSpace(tag.Value)).Take(MaxTags + 1)
            .Select(tag => KeyValuePair.Create(
                Name(tag.Key, MaxNameLength) ?? throw RefusedException.Invalid("account.tagInvalid", "tags"),
                Name(tag.Value, MaxTagValueLength) ?? throw RefusedException.Invalid("account.tagInvalid", "tags")))
            .ToList();
        if (kept.Count > MaxTags)
        {
            throw RefusedException.Invalid("account.tagsTooMany", "tags");
        }

        // SQL Server's default collation takes "Unit" and "unit" for one key.
        return kept.DistinctBy(tag => tag.Key, StringComparer.OrdinalIgnoreCase).Count() == kept.Count
            ? kept
            : throw RefusedException.Invalid("account.tagTwice", "tags");
    }

    /// <summary>Turns what Identity refused into our own refusal.</summary>
    internal static void Ensure(IdentityResult result, string passwordField = "password")
    {
        if (!result.Succeeded)
        {
            throw result.Errors.First().Code switch
            {
                nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail) =>
                    new RefusedException(RefusalKind.Conflict, "account.emailTaken", "email"),
                nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) =>
                    RefusedException.Invalid("account.emailInvalid", "email"),
                nameof(IdentityErrorDescriber.PasswordMismatch) => RefusedException.Invalid("account.passwordWrong", "currentPassword"),
                nameof(IdentityErrorDescriber.PasswordTooShort) => RefusedException.Invalid("account.passwordTooShort", passwordField),
                nameof(IdentityErrorDescriber.InvalidToken) => RefusedException.Invalid("account.resetLinkInvalid"),
                nameof(IdentityErrorDescriber.ConcurrencyFailure) => RefusedException.Conflict("account.changedMeanwhile"),
                _ => RefusedException.Invalid("account.refused"),
            };
        }
    }

    // What stands beside other text: see PlainText.
    private static string? Name(string? value, int maxLength) => Text(PlainText.Tidy(value), maxLength) is { } text && PlainText.IsName(text) ? text : null;

    private static string? Text(string? value, int maxLength)
    {
        var text = value?.Trim();
        return string.IsNullOrEmpty(text) || text.Length > maxLength || text.Any(char.IsControl) || !PlainText.IsWellFormed(text) ? null : text;
    }
}
