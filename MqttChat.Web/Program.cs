using MqttChat.Web.Accounts;
using MqttChat.Web.Api;
using MqttChat.Web.Chat;
using MqttChat.Web.Demo;
using MqttChat.Web.Devices;
using MqttChat.Web.Mqtt;
using MqttChat.Web.Observability;
using MqttChat.Web.Rooms;
using MqttChat.Web.Shell;
using MqttChat.Web.Shell.Logs;
using MqttChat.Web.Telemetry;

if (await HealthCommand.RunAsync(args, Console.Out) is { } health)
{
    return health;
}

var builder = WebApplication.CreateBuilder(SettingsFile.Options(args));
builder.AddSettingsFile().AddLines().AddDemo(args).AddStores().AddShell()
    .AddAccounts().AddRooms().AddChat().AddDevices().AddTelemetry().AddPowerPages().AddMqtt().AddApi().AddObservability();

var app = builder.Build();
if (await BackupCommand.RunAsync(app, args, Console.Out) is { } backedUp)
{
    return backedUp;
}

if (await app.PrepareAsync() is { } failed)
{
    return failed;
}

if (await ResetStaffCommand.RunAsync(app.Services, args, Console.Out) is { } done)
{
    return done;
}

app.UseSecurityBaseline();
app.UseShell();
app.UseApi();
app.UseAccounts();
app.MapAccounts().MapRooms().MapChat().MapDevices().MapTelemetry().MapMqtt().MapApi().MapShell();
await app.RunAsync();
return 0;
