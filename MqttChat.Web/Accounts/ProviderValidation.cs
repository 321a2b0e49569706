using System.Net;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>What the settings <c>Accounts:OpenIdConnect:*</c> must look like.</summary>
internal static class ProviderValidation
{
    private const string Key = "Accounts:OpenIdConnect";

    public static IEnumerable<string> FailuresOf(ProviderOptions options)
    {
        if (!options.IsSet)
        {
            if (options.ClientId.Length > 0 || options.StaffClaim.Length > 0 || options.AdmitClaim.Length > 0)
            {
                yield return $"{Key}:Authority: needed where the others are set.";
            }

            yield break;
        }

        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || authority.Query.Length > 0 || authority.Fragment.Length > 0
            || (authority.Scheme != Uri.UriSchemeHttps && !IsPlainHere(authority)))
        {
            yield return $"{Key}:Authority: an https address without a query (http only on this machine itself).";
        }

        if (options.ClientId.Length == 0)
        {
            yield return $"{Key}:ClientId: needed where Accounts:OpenIdConnect:Authority is set.";
        }

        if (options.Label.Length > AccountRules.MaxNameLength)
        {
            yield return $"{Key}:Label: at most 64 characters.";
        }

        if (!options.Scopes.Split(' ').Contains("openid"))
        {
            yield return $"{Key}:Scopes: 'openid' has to be among them.";
        }

        foreach (var (name, claim, value) in new[]
        {
            ("Staff", options.StaffClaim, options.StaffValue), ("Admit", options.AdmitClaim, options.AdmitValue),
        })
        {
            if (claim.Length > 0 != value.Length > 0)
            {
                yield return $"{Key}:{name}{(claim.Length > 0 ? "Value" : "Claim")}: {name}Claim and {name}Value go together.";
            }
        }
    }

    /// <summary>Whether the provider runs on this machine without TLS, as one that is tried out does.</summary>
    public static bool IsPlainHere(Uri authority) => authority.Scheme == Uri.UriSchemeHttp
        && (authority.Host == "localhost" || (IPAddress.TryParse(authority.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
