namespace MqttChat.Web.Rooms;

internal static class RoomsSetup
{
    public static WebApplicationBuilder AddRooms(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapRooms(this WebApplication app)
    {
        return app;
    }
}
