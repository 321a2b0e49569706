using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.JSInterop;

namespace MqttChat.Web.Shell;

/// <summary>
/// Every circuit has JSON options of its own for what it says to its browser, and keeps in them a description of each type it
/// met. For a number given as an object these are also the thirty interfaces of generic arithmetic, looked through for one that is
/// declared polymorphic: some 50 KB a circuit for nothing. Here those are not described.
/// </summary>
internal static class LeanScriptJson
{
    private static readonly Resolver Shared = new();

    /// <summary>Goes after Blazor's own services, whose script runtime it makes.</summary>
    public static IServiceCollection AddLeanScriptJson(this IServiceCollection services)
    {
        var runtime = services.Last(service => service.ServiceType == typeof(IJSRuntime)).ImplementationType
            ?? throw new InvalidOperationException("Blazor's script runtime is registered in another way than before.");
        var make = ActivatorUtilities.CreateFactory(runtime, []);
        services.Replace(ServiceDescriptor.Scoped<IJSRuntime>(scope =>
        {
            var made = (IJSRuntime)make(scope, []);
            if (made is JSRuntime script)
            {
                OptionsOf(script).TypeInfoResolver = Shared;
            }

            return made;
        }));
        return services;
    }

    // Protected, for runtimes derived from it; Blazor's own cannot be derived from.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_JsonSerializerOptions")]
    private static extern JsonSerializerOptions OptionsOf(JSRuntime runtime);

    private sealed class Resolver : DefaultJsonTypeInfoResolver
    {
        public override JsonTypeInfo GetTypeInfo(Type type, JsonSerializerOptions options) =>
            // Null says that there is nothing to know, which the base class's signature does not.
            type is { IsInterface: true, Namespace: "System" or "System.Numerics" } ? null! : base.GetTypeInfo(type, options);
    }
}
