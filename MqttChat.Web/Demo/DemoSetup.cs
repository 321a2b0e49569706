using Microsoft.Extensions.Configuration.CommandLine;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Chat;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Demo;

internal static class DemoSetup
{
    private const string Switch = "--demo";

    /// <summary>
    /// <c>--demo</c>, or <c>Demo:Enabled</c>: a house of its own with simulated plugs. Goes after the settings file and before
    /// the stores, because it sends both stores to files of their own and the plugs to a broker in this process: it never
    /// touches a real house.
    /// </summary>
    public static WebApplicationBuilder AddDemo(this WebApplicationBuilder builder, string[] args)
    {
        var asked = args.Contains(Switch);
        if (asked)
        {
            ReadArgumentsWithoutSwitch(builder.Configuration, args);
        }

        if (!asked && !builder.Configuration.GetValue<bool>("Demo:Enabled"))
        {
            return builder;
        }

        var directory = Path.Combine(StoresSetup.DataDirectory(builder.Configuration), "demo");
        var words = DemoWords.For(builder.Configuration);
        var accounts = new DemoAccounts(DemoAccounts.NewPassword());
        builder.Configuration.AddInMemoryCollection(SettingsOf(directory, words, accounts));
        AddServices(builder.Services, directory, words, accounts);
        return builder;
    }

    private static void AddServices(IServiceCollection services, string directory, DemoWords words, DemoAccounts accounts) => services
        .AddSingleton(accounts).AddSingleton(words).AddSingleton(WishesOf(words))
        .AddSingleton(provider => new DemoMemory(
            directory, provider.GetRequiredService<HouseSettings>().Current.Zone, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<PastMessages>().AddSingleton<DemoNotice>().AddSingleton<DemoPeople>().AddSingleton<DemoHouse>()
        .AddSingleton<DemoAdoption>().AddSingleton<DemoHistory>().AddSingleton<DemoChatter>().AddHostedService<DemoService>();

    // Chosen as by staff, so that they can be changed. About what households pay: the dashboard tells what the day has cost.
    private static HouseWishes WishesOf(DemoWords words) => new(
        words["HouseName"], Language: words.Language, Currency: words.Language == "ja" ? "JPY" : "EUR",
        PricePerKilowattHour: words.Language == "ja" ? "31" : "0.30");

    private static Dictionary<string, string?> SettingsOf(string directory, DemoWords words, DemoAccounts accounts) => new()
    {
        ["Demo:Enabled"] = "true",
        ["Data:Directory"] = directory,
        ["Database:Provider"] = "Sqlite",
        ["ConnectionStrings:House"] = "",
        ["ConnectionStrings:Telemetry"] = "",
        ["ConnectionStrings:TelemetryReadOnly"] = "",
        ["Mqtt:Host"] = "",
        ["Mqtt:Username"] = "",
        ["Mqtt:Password"] = "",
        ["Mqtt:UseTls"] = "false",
        ["Mqtt:CaFile"] = "",
        ["Mqtt:WebSocketPath"] = "",
        // Any free port: 1883 may be a real broker's.
        ["Mqtt:Embedded:Listen"] = "127.0.0.1:0",
        // One partition, and nothing that a real house's settings leave out: the plugs are found as everywhere.
        ["Ingest:Partitions"] = "1",
        ["Mqtt:DiscoveryFilters:0"] = "#",
        ["Accounts:FirstStaff:Email"] = DemoAccounts.StaffEmail,
        ["Accounts:FirstStaff:Password"] = accounts.StaffPassword,
        ["Accounts:FirstStaff:DisplayName"] = words.People[0].Name,
    };

    // Arguments come as "--key value": the switch would take what follows it for its value.
    private static void ReadArgumentsWithoutSwitch(IConfigurationBuilder settings, string[] args)
    {
        foreach (var source in settings.Sources.OfType<CommandLineConfigurationSource>().ToArray())
        {
            settings.Sources.Remove(source);
        }

        settings.AddCommandLine([.. args.Where(arg => arg != Switch)]);
    }
}
