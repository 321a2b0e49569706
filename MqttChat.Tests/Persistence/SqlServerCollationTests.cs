using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;

namespace MqttChat.Tests.Persistence;

/// <summary>
/// Lists beside columns with a collation of their own: as JSON they have the database's, and SQL Server answers with error 468. Its SQL is
/// made without a server.
/// </summary>
public sealed class SqlServerCollationTests
{
    private static readonly string[] Many = [.. Enumerable.Range(0, 100).Select(number => $"id-{number}")];

    [Fact]
    public async Task Sent_ManyIds_AreParametersAndNoJson() =>
        Assert.DoesNotContain("SELECT", Condition(await SqlAsync(house => EntityPostStore.Sent(house, Many, Many)), "[ClientMessageId]"), StringComparison.Ordinal);

    [Fact]
    public async Task HeardRows_ManyTemplates_AreParametersAndNoJson() =>
        Assert.DoesNotContain("SELECT", Condition(await SqlAsync(house => HeardPlugRows.Rows(house, [1, 2], Many)), "[TopicTemplate]"), StringComparison.Ordinal);

    // What stands behind the last "IN (" of the column.
    private static string Condition(string sql, string column)
    {
        var at = sql.LastIndexOf($"{column} IN (", StringComparison.Ordinal);
        Assert.True(at > 0, sql);
        return sql[at..Math.Min(sql.Length, at + 60)];
    }

    private static async Task<string> SqlAsync<T>(Func<HouseDbContext, IQueryable<T>> query)
    {
        const string Nowhere = "Server=localhost;Database=nothing;Encrypt=false";
        await using var services = DatabaseSetup.BuildStores(new DatabaseOptions(DatabaseProvider.SqlServer, Nowhere, Nowhere, Nowhere));
        await using var house = await services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync();
        return query(house).ToQueryString();
    }
}
