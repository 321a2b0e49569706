using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// <c>--reset-staff EMAIL</c>: a way back in for a member of staff, for whoever can run the program on the house's database. A second
/// factor stays, unless <c>--without-second-factor</c> says otherwise.
/// </summary>
internal static class ResetStaffCommand
{
    private const string Option = "--reset-staff";
    private const string WithoutSecondFactor = "--without-second-factor";

    /// <summary>Null when the command was not given, else the exit code. Run after the migrations, before the host.</summary>
    public static async Task<int?> RunAsync(IServiceProvider services, string[] args, TextWriter output, CancellationToken cancellation = default)
    {
        var at = Array.FindIndex(args, arg => arg == Option || arg.StartsWith(Option + "=", StringComparison.Ordinal));
        if (at < 0)
        {
            return null;
        }

        var email = args[at].Length > Option.Length ? args[at][(Option.Length + 1)..] : args.ElementAtOrDefault(at + 1);
        if (string.IsNullOrWhiteSpace(email) || email.StartsWith("--", StringComparison.Ordinal))
        {
            await output.WriteLineAsync($"Usage: {Option} EMAIL [{WithoutSecondFactor}]");
            return 2;
        }

        await using var scope = services.CreateAsyncScope();
        var reset = scope.ServiceProvider.GetRequiredService<PasswordReset>();
        var ticket = await reset.ByOperatorAsync(email, cancellation);
        if (ticket is null)
        {
            await output.WriteLineAsync($"No member of staff has the address {email}.");
            return 1;
        }

        if (args.Contains(WithoutSecondFactor))
        {
            await scope.ServiceProvider.GetRequiredService<SecondFactorSettings>().TakeAwayByOperatorAsync(email, cancellation);
            ticket = (await reset.ByOperatorAsync(email, cancellation))!;
            await output.WriteLineAsync("Two-step sign-in of this account is turned off.");
        }
        else if (await reset.HasSecondFactorAsync(email))
        {
            await output.WriteLineAsync($"""
                This account has two-step sign-in: besides the new password it needs a code of the app or a recovery code.
                If both are lost, add {WithoutSecondFactor}.
                """);
        }

        await output.WriteLineAsync($"""
            Open this link within 24 hours while MqttChat runs; it works once:

              {Address(services)}{ticket.Path}
            """);
        return 0;
    }

    private static string Address(IServiceProvider services)
    {
        if (services.GetRequiredService<SiteLinks>().PublicUrl is { } url)
        {
            return url.ToString();
        }

        var bound = services.GetRequiredService<IConfiguration>()["urls"]?.Split(';')[0].TrimEnd('/');
        return $"{bound ?? "http://localhost:5080"}/";
    }
}
