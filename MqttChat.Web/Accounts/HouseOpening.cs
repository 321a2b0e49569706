using System.Globalization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;

namespace MqttChat.Web.Accounts;

/// <summary>Makes the first member of staff from the settings, or tells the one who started the program how to set up the house.</summary>
internal sealed class HouseOpening(
    IServiceScopeFactory scopes, BoundAddress address, SetupCode code, IOptions<AccountOptions> accounts,
    HouseSettings house, IStringLocalizer<AccountTexts> texts, ILogger<HouseOpening> logger, HouseWishes? wishes = null) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var staff = accounts.Value.FirstStaff;
        if (staff.Email.Length == 0)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var setup = scope.ServiceProvider.GetRequiredService<HouseSetup>();
        if (await setup.IsDoneAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await setup.RunAsync(Wanted(staff), cancellationToken);
            logger.LogInformation("The house is set up, with its first member of staff from the settings");
        }
        catch (RefusedException refusal) when (refusal.Code == "setup.alreadyDone")
        {
            logger.LogInformation("Another instance has set up the house");
        }
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<HouseSetup>().IsDoneAsync(cancellationToken))
        {
            return;
        }

        // On the console and not in the log: logs are kept and sent elsewhere.
        var line = new string('-', 72);
        await Console.Out.WriteLineAsync($"""

            {line}
              This house has not been set up. Open

                {address.Find()}setup?code={code.Value}

              or open {address.Find()}setup and give the one-time code

                {code.Value}
            {line}

            """);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private HouseToSetUp Wanted(FirstStaffOptions staff)
    {
        // What the set-up names is named in the house's language, as the page does it in the person's.
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(wishes?.Language ?? house.Current.Language);
        var name = staff.DisplayName is { Length: > 0 } given ? given : staff.Email.Split('@')[0];
        var named = wishes is null ? new HouseWishes(house.Current.Name ?? texts["SetupDefaultName"]) : wishes with { Name = house.Current.Name ?? wishes.Name };
        return new HouseToSetUp(
            house.WithoutGiven(named), texts["EveryoneRoom"].Value,
            staff.Email, staff.Password, name[..Math.Min(name.Length, AccountRules.MaxNameLength)]);
    }
}
