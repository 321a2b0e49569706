namespace MqttChat.Domain.Accounts;

/// <summary>Settings <c>Accounts:OpenIdConnect:*</c>: one provider, the house's own, whose people may sign in.</summary>
public sealed class ProviderOptions
{
    /// <summary>The provider's address (its issuer), https; http only on this machine. Empty: there is none.</summary>
    public string Authority { get; set; } = "";

    /// <summary>How the provider knows this house.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The secret that goes with it; empty for a public client, which PKCE alone protects.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>What people call the provider, for the button; empty: the authority's host.</summary>
    public string Label { get; set; } = "";

    /// <summary>What is asked for, separated by spaces.</summary>
    public string Scopes { get; set; } = "openid profile email";

    /// <summary>The claim that makes staff; empty: roles are given by hand.</summary>
    public string StaffClaim { get; set; } = "";

    /// <summary>The value it has for staff; of several values one is enough.</summary>
    public string StaffValue { get; set; } = "";

    /// <summary>The claim that lets people in at all; empty: everyone whom the provider signs in.</summary>
    public string AdmitClaim { get; set; } = "";

    /// <summary>The value it has for them.</summary>
    public string AdmitValue { get; set; } = "";

    /// <summary>Whether there is a provider.</summary>
    public bool IsSet => Authority.Length > 0;

    /// <summary>The name on the button.</summary>
    public string Name => Label.Length > 0 ? Label : new Uri(Authority).Host;
}
