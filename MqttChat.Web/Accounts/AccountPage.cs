using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts.Forms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>What is at fault, by field, in the person's words.</summary>
/// <param name="Field">The field; null: none in particular.</param>
/// <param name="Text">What to tell.</param>
/// <param name="Link">Where it can be put right, if elsewhere.</param>
public sealed record FormError(string? Field, string Text, string? Link = null);

/// <summary>
/// A page of plain forms, rendered on the server: it works before and without a circuit, and can set cookies. A refused use
/// case becomes an error at its field; a database that is locked, full or away one above the form, which keeps what was typed.
/// </summary>
public abstract class AccountPage : ComponentBase
{
    /// <summary>The page's words.</summary>
    [Inject]
    protected IStringLocalizer<AccountTexts> Texts { get; set; } = null!;

    /// <summary>The words of refusals.</summary>
    [Inject]
    protected RefusalMessages Refusals { get; set; } = null!;

    [Inject]
    private ILogger<AccountPage> Log { get; set; } = null!;

    /// <summary>Leads on.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>The request.</summary>
    [CascadingParameter]
    protected HttpContext Http { get; set; } = null!;

    /// <summary>What the last submission did wrong.</summary>
    protected List<FormError> Errors { get; } = [];

    /// <summary>Whose tries are counted.</summary>
    protected string Address => Http.AddressKey();

    [Inject]
    private KnownDevices Devices { get; set; } = null!;

    /// <summary>Who tries to sign in.</summary>
    protected SignInFrom From => Devices.From(Http);

    /// <summary>Ends with the request.</summary>
    protected CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>Where one comes back to this page, with what was typed as far as an address can carry it.</summary>
    protected virtual string Here => new Uri(Navigation.Uri).PathAndQuery;

    /// <summary>Who is signed in.</summary>
    protected Viewer Viewer => Http.User.ToViewer();

    /// <summary>Runs a use case; false when it was refused or could not be stored, and then the errors say why.</summary>
    protected async Task<bool> TryAsync(Func<Task> useCase)
    {
        try
        {
            await useCase();
            return true;
        }
        catch (RefusedException refusal)
        {
            Errors.Add(new FormError(refusal.Field, Refusals.For(refusal), refusal.Code == "account.proofNeeded" ? ConfirmPage.PathTo(Here) : null));
            return false;
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            Log.LogError(error, "The database did not answer a form of {Page}", GetType().Name);
            Errors.Add(new FormError(null, Texts["account.tryAgain"]));
            return false;
        }
    }

    /// <summary>What was typed into a form of this page that was refused (<see cref="FormRefusal"/>).</summary>
    protected string? Typed(string field) => Http.Refusal()?.Typed(field);

    /// <summary>The name of a role.</summary>
    protected string RoleName(string role) => Texts[role == Roles.Staff ? "RoleStaff" : "RoleResident"];

    /// <summary>Secrets in the address or the page must not stay in a shared browser's cache.</summary>
    protected void NeverStore()
    {
        Http.Response.Headers.CacheControl = "no-store";
    }
}
