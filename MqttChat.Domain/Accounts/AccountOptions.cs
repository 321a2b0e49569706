namespace MqttChat.Domain.Accounts;

/// <summary>Who may make an account.</summary>
public enum RegistrationMode
{
    /// <summary>Only by an invitation from staff.</summary>
    InviteOnly,
    /// <summary>Everyone who reaches the page; an invitation still gives its role.</summary>
    Open,
}

/// <summary>Settings <c>Accounts:*</c>.</summary>
public sealed class AccountOptions
{
    /// <summary>Who may make an account.</summary>
    public RegistrationMode Registration { get; set; } = RegistrationMode.InviteOnly;

    /// <summary>The first member of staff, made at start in an empty database; without an e-mail address, the set-up page makes it.</summary>
    public FirstStaffOptions FirstStaff { get; set; } = new();

    /// <summary>The OpenID Connect provider whose people may sign in; without an authority there is none.</summary>
    public ProviderOptions OpenIdConnect { get; set; } = new();
}

/// <summary>Settings <c>Accounts:FirstStaff:*</c>.</summary>
public sealed class FirstStaffOptions
{
    /// <summary>E-mail address; empty: none is made.</summary>
    public string Email { get; set; } = "";

    /// <summary>Password, by the same rules as everyone's.</summary>
    public string Password { get; set; } = "";

    /// <summary>Name the others see; empty: the part of the address before the @.</summary>
    public string DisplayName { get; set; } = "";
}

/// <summary>Settings <c>Limits:*</c> that concern accounts; 0 is off.</summary>
public sealed class AccountLimits
{
    /// <summary>Sign-ins and other tries with a secret, from one network address in a minute.</summary>
    public int LoginsPerAddressPerMinute { get; set; } = 10;

    /// <summary>Pages that one person may have live at once.</summary>
    public int CircuitsPerPerson { get; set; } = 10;

    /// <summary>What all pages of one person may ask of the program in a second; what is more waits its turn.</summary>
    public int EventsPerPersonPerSecond { get; set; } = 100;

    /// <summary>Invitations of one member of staff that stand at once.</summary>
    public int InvitationsPerPerson { get; set; } = 100;
}
