using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace MqttChat.Web.Accounts;

/// <summary>Identity's own errors in the person's language.</summary>
internal sealed class AccountErrors(IStringLocalizer<AccountTexts> texts) : IdentityErrorDescriber
{
    public override IdentityError DefaultError() => Error(nameof(DefaultError), "account.refused");

    public override IdentityError ConcurrencyFailure() => Error(nameof(ConcurrencyFailure), "account.changedMeanwhile");

    public override IdentityError PasswordMismatch() => Error(nameof(PasswordMismatch), "account.passwordWrong");

    public override IdentityError InvalidToken() => Error(nameof(InvalidToken), "account.resetLinkInvalid");

    public override IdentityError InvalidUserName(string? userName) => Error(nameof(InvalidUserName), "account.emailInvalid");

    public override IdentityError InvalidEmail(string? email) => Error(nameof(InvalidEmail), "account.emailInvalid");

    public override IdentityError DuplicateUserName(string userName) => Error(nameof(DuplicateUserName), "account.emailTaken");

    public override IdentityError DuplicateEmail(string email) => Error(nameof(DuplicateEmail), "account.emailTaken");

    public override IdentityError PasswordTooShort(int length) => Error(nameof(PasswordTooShort), "account.passwordTooShort");

    private IdentityError Error(string code, string text) => new() { Code = code, Description = texts[text] };
}
