using MqttChat.Web.Accounts;
using MqttChat.Web.Api;
using MqttChat.Web.Chat;
using MqttChat.Web.Devices;
using MqttChat.Web.Mqtt;
using MqttChat.Web.Rooms;
using MqttChat.Web.Shell;
using MqttChat.Web.Telemetry;

var builder = WebApplication.CreateBuilder(args);
builder.AddSettingsFile().AddStores().AddShell()
    .AddAccounts().AddRooms().AddChat().AddDevices().AddTelemetry().AddMqtt().AddApi();

var app = builder.Build();
if (await app.PrepareAsync() is { } failed)
{
    return failed;
}

app.UseShell();
app.UseRequestLocalization();
app.UseAntiforgery();
app.MapAccounts().MapRooms().MapChat().MapDevices().MapTelemetry().MapMqtt().MapApi().MapShell();
await app.RunAsync();
return 0;
