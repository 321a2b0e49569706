using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MqttChat.Benchmarks.Chat;

/// <summary>Microsoft's hello world of Blazor Server, for its memory: the template's page, layout and menu, without its style sheets.</summary>
internal static class HelloWorld
{
    public static async Task RunAsync(string address)
    {
        var builder = WebApplication.CreateBuilder(["--urls", address]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        var app = builder.Build();
        app.UseAntiforgery();
        app.MapRazorComponents<HelloApp>().AddInteractiveServerRenderMode();
        await app.RunAsync();
    }
}

/// <summary>The document.</summary>
public sealed class HelloApp : ComponentBase
{
    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, "<!DOCTYPE html>");
        builder.OpenElement(1, "html");
        builder.AddMarkupContent(2, "<head><base href=\"/\" /></head>");
        builder.OpenElement(3, "body");
        builder.OpenComponent<HelloRoutes>(4);
        builder.AddComponentRenderMode(RenderMode.InteractiveServer);
        builder.CloseComponent();
        builder.CloseElement();
        builder.CloseElement();
    }
}

/// <summary>The router, live as a whole as in the template with interactivity everywhere.</summary>
public sealed class HelloRoutes : ComponentBase
{
    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<Router>(0);
        builder.AddComponentParameter(1, nameof(Router.AppAssembly), typeof(HelloRoutes).Assembly);
        builder.AddComponentParameter(2, nameof(Router.Found), (RenderFragment<Microsoft.AspNetCore.Components.RouteData>)(route => inner =>
        {
            inner.OpenComponent<RouteView>(0);
            inner.AddComponentParameter(1, nameof(RouteView.RouteData), route);
            inner.AddComponentParameter(2, nameof(RouteView.DefaultLayout), typeof(HelloLayout));
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    }
}

/// <summary>The template's layout with its menu of three.</summary>
public sealed class HelloLayout : LayoutComponentBase
{
    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "nav");
        foreach (var name in (string[])["", "counter", "weather"])
        {
            builder.OpenComponent<NavLink>(1);
            builder.AddComponentParameter(2, "href", name);
            builder.AddComponentParameter(3, nameof(NavLink.ChildContent), (RenderFragment)(inner => inner.AddContent(0, name)));
            builder.CloseComponent();
        }

        builder.CloseElement();
        builder.OpenElement(4, "main");
        builder.AddContent(5, Body);
        builder.CloseElement();
    }
}

/// <summary>The page.</summary>
[Route("/")]
public sealed class HelloPage : ComponentBase
{
    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<PageTitle>(0);
        builder.AddComponentParameter(1, nameof(PageTitle.ChildContent), (RenderFragment)(inner => inner.AddContent(0, "Home")));
        builder.CloseComponent();
        builder.AddMarkupContent(2, "<h1>Hello, world!</h1>Welcome to your new app.");
    }
}
