using Microsoft.Extensions.Configuration.CommandLine;
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

        var accounts = new DemoAccounts(DemoHouse.NewPassword(), Path.Combine(StoresSetup.DataDirectory(builder.Configuration), "demo"));
        builder.Configuration.AddInMemoryCollection(SettingsOf(accounts));
        builder.Services.AddSingleton(accounts).AddSingleton<DemoHouse>().AddHostedService<DemoService>();
        return builder;
    }

    private static Dictionary<string, string?> SettingsOf(DemoAccounts accounts) => new()
    {
        ["Demo:Enabled"] = "true",
        ["Data:Directory"] = accounts.Directory,
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
        ["House:Name"] = "Demo house",
        ["Accounts:FirstStaff:Email"] = DemoAccounts.StaffEmail,
        ["Accounts:FirstStaff:Password"] = accounts.StaffPassword,
        ["Accounts:FirstStaff:DisplayName"] = "Sam",
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
