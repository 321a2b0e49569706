using MqttChat.Domain.Persistence;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MqttChat.Tests.Support;

/// <summary>
/// Which engine a test's stores are on: SQLite, but for a class that says otherwise when it is made. Such a class is named
/// <c>...OnPostgres</c> and inherits its tests from the one on SQLite.
/// </summary>
internal static class TestEngine
{
    private static readonly AsyncLocal<bool> OnPostgres = new();

    public static bool IsPostgres => OnPostgres.Value;

    /// <summary>For all that the calling test does from now on; to be called from its class's constructor.</summary>
    public static void UsePostgres() => OnPostgres.Value = true;

    /// <summary>Migrated, empty stores; those on SQLite are in the folder.</summary>
    public static async Task<DatabaseOptions> MakeStoresAsync(string folder)
    {
        if (IsPostgres)
        {
            return await PostgresDatabases.MakeAsync();
        }

        await MigratedFiles.CopyToAsync(folder);
        return DatabaseOptions.SqliteIn(folder);
    }
}

/// <summary>A test of what only SQLite has: the class on PostgreSQL that inherits it leaves it out.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("MqttChat.Tests.Support.SqliteFactDiscoverer", "MqttChat.Tests")]
public sealed class SqliteFactAttribute : FactAttribute;

/// <summary>Finds no test where the class is on another engine.</summary>
public sealed class SqliteFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        testMethod.TestClass.Class.Name.EndsWith("OnPostgres", StringComparison.Ordinal)
            ? [] : base.Discover(discoveryOptions, testMethod, factAttribute);
}
