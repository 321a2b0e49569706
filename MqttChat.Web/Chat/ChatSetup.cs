namespace MqttChat.Web.Chat;

internal static class ChatSetup
{
    public static WebApplicationBuilder AddChat(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapChat(this WebApplication app)
    {
        return app;
    }
}
