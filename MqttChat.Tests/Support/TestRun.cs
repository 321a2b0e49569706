using System.Globalization;
using System.Runtime.CompilerServices;
using Bunit;

namespace MqttChat.Tests.Support;

/// <summary>What is the same for every test, on whatever machine.</summary>
internal static class TestRun
{
    [ModuleInitializer]
    internal static void Begin()
    {
        // Inside a probed program nothing is to be another than in production.
        if (Environment.GetEnvironmentVariable(AppProbe.Variable) is not { Length: > 0 })
        {
            Settle();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Settle()
    {
        // Numbers and texts as the machine's language has them are no part of a test.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

        // The library's own second is short for a machine with other work.
        BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(60);
    }
}
