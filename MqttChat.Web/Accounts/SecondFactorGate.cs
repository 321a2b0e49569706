namespace MqttChat.Web.Accounts;

/// <summary>
/// Leads staff who lack the second factor that the house asks of them to its set-up, before anything else. That is for their
/// guidance: the rights themselves are withheld where sign-ins and tokens get them (<see cref="PersonClaims"/>).
/// </summary>
internal sealed class SecondFactorGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (!http.User.HasClaim(claim => claim.Type == PersonClaims.LacksSecondFactor) || !SetupGate.IsPage(http)
            || http.Request.Path.StartsWithSegments(TwoStepPage.Path))
        {
            return next(http);
        }

        var from = HttpMethods.IsGet(http.Request.Method) ? $"?returnUrl={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}" : "";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Redirect(TwoStepPage.Path + from);
        return Task.CompletedTask;
    }
}
