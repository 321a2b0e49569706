namespace MqttChat.Web.Api;

internal static class ApiSetup
{
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        return app;
    }
}
