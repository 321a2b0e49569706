using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>Settings <c>Smtp:*</c>; without a host no mail is sent and staff hand out links.</summary>
public sealed class SmtpOptions
{
    /// <summary>The mail server's name; empty: none.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port; 465 speaks TLS from the start, the others where the server offers it.</summary>
    public int Port { get; set; } = 587;

    /// <summary>User name; empty: no sign-in.</summary>
    public string Username { get; set; } = "";

    /// <summary>Password.</summary>
    public string Password { get; set; } = "";

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "";
}

/// <summary>Settings <c>Site:TrustedProxies</c>.</summary>
public sealed class ProxyOptions
{
    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) whose X-Forwarded headers are believed; none: the headers are ignored.</summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];
}

internal sealed class AccountSettingsValidation(IOptions<SiteOptions> site)
    : IValidateOptions<AccountOptions>, IValidateOptions<AccountLimits>, IValidateOptions<SmtpOptions>, IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        var failures = new List<string>();
        if (!Enum.IsDefined(options.Registration))
        {
            failures.Add("Accounts:Registration: one of InviteOnly, Open.");
        }

        if (options.FirstStaff.Email.Length > 0)
        {
            Check(failures, "Accounts:FirstStaff:Email: no e-mail address.", () => AccountRules.Email(options.FirstStaff.Email));
            Check(failures, "Accounts:FirstStaff:Password: 8 to 256 characters.", () => AccountRules.Password(options.FirstStaff.Password));
            Check(failures, "Accounts:FirstStaff:DisplayName: at most 64 characters.",
                () => options.FirstStaff.DisplayName.Length == 0 ? "" : AccountRules.DisplayName(options.FirstStaff.DisplayName));
        }

        failures.AddRange(ProviderValidation.FailuresOf(options.OpenIdConnect));
        return Result(failures);
    }

    public ValidateOptionsResult Validate(string? name, AccountLimits options)
    {
        var failures = new List<string>();
        if (options.LoginsPerAddressPerMinute is < 0 or > 1_000_000)
        {
            failures.Add("Limits:LoginsPerAddressPerMinute: 0 (off) to 1000000.");
        }

        if (options.CircuitsPerPerson is < 0 or > 1_000_000)
        {
            failures.Add("Limits:CircuitsPerPerson: 0 (off) to 1000000.");
        }

        if (options.EventsPerPersonPerSecond is < 0 or > 1_000_000)
        {
            failures.Add("Limits:EventsPerPersonPerSecond: 0 (off) to 1000000.");
        }

        if (options.InvitationsPerPerson is < 0 or > Invitations.MaxStanding)
        {
            failures.Add($"Limits:InvitationsPerPerson: 0 (off) to {Invitations.MaxStanding}.");
        }

        return Result(failures);
    }

    public ValidateOptionsResult Validate(string? name, SmtpOptions options)
    {
        var failures = new List<string>();
        if (options.Host.Length == 0)
        {
            return ValidateOptionsResult.Success;
        }

        if (options.Port is < 1 or > 65535)
        {
            failures.Add("Smtp:Port: 1 to 65535.");
        }

        if (!MailAddress.TryCreate(options.From, out _))
        {
            failures.Add("Smtp:From: the sender's address is needed where Smtp:Host is set.");
        }

        // A link built from the request's Host header could lead to whoever sent the request.
        if (site.Value.PublicUrl.Length == 0)
        {
            failures.Add("Site:PublicUrl: needed where Smtp:Host is set, for the links in mails.");
        }

        return Result(failures);
    }

    public ValidateOptionsResult Validate(string? name, ProxyOptions options) => Result(
        [.. options.TrustedProxies.Where(proxy => !IPNetwork.TryParse(proxy, out _) && !IPAddress.TryParse(proxy, out _))
            .Select(proxy => $"Site:TrustedProxies: '{proxy}' is neither an address nor a network.")]);

    private static void Check(List<string> failures, string failure, Func<string> rule)
    {
        try
        {
            rule();
        }
        catch (Domain.RefusedException)
        {
            failures.Add(failure);
        }
    }

    private static ValidateOptionsResult Result(List<string> failures) =>
        failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
}

internal static class AccountValidationRegistration
{
    public static IServiceCollection AddAccountValidation<TOptions>(this IServiceCollection services)
        where TOptions : class =>
        services.AddSingleton(provider => (IValidateOptions<TOptions>)(object)provider.GetRequiredService<AccountSettingsValidation>());
}
