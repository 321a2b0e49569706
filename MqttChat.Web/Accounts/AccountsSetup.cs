namespace MqttChat.Web.Accounts;

internal static class AccountsSetup
{
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapAccounts(this WebApplication app)
    {
        return app;
    }
}
