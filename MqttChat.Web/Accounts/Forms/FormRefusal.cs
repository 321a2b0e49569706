using Microsoft.AspNetCore.Components.Endpoints;

namespace MqttChat.Web.Accounts.Forms;

/// <summary>That a form could not be taken, for the page which is shown instead: it says so, and has what was typed, but secrets.</summary>
internal sealed record FormRefusal(int Status, IFormCollection? Form)
{
    /// <summary>The text that says why.</summary>
    public string Text => Status switch
    {
        StatusCodes.Status413PayloadTooLarge => "FormTooLarge",
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => "FormBusy",
        _ => "FormStale",
    };

    /// <summary>What was typed there; null: nothing, or there was no form.</summary>
    public string? Typed(string name) => Form?[name] is [{ Length: > 0 } typed, ..] ? typed : null;
}

/// <summary>Where somebody is led on to who presses a button that has no page of its own, too late.</summary>
/// <param name="Onward">The address; null: nowhere in particular.</param>
internal sealed record WhenStale(Func<HttpContext, IFormCollection?, string?> Onward);

internal static class FormRefusals
{
    /// <summary>What was refused of this request, if anything.</summary>
    public static FormRefusal? Refusal(this HttpContext? http) => http?.Features.Get<FormRefusal>();

    /// <summary>Whether a page answers there.</summary>
    public static bool IsPage(this Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
}
