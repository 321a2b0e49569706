using Microsoft.Extensions.Options;
using MqttChat.Domain.Chat;

namespace MqttChat.Web.Chat;

internal static class ChatSetup
{
    public static WebApplicationBuilder AddChat(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ChatLimits>().BindConfiguration("Limits")
            .Validate(
                limits => limits.PostsPerPersonPerMinute is >= 0 and <= 10_000,
                "Limits:PostsPerPersonPerMinute must be from 0 (off) to 10000.")
            .ValidateOnStart();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<ChatLimits>>().Value);
        builder.Services.AddChatCore();
        return builder;
    }

    public static WebApplication MapChat(this WebApplication app) => app;
}
