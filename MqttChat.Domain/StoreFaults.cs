using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MqttChat.Domain;

/// <summary>
/// The one place that tells a fault of a database from a fault of a request, on every engine. The framework hands on what an engine says
/// in wrappings of its own: an <see cref="InvalidOperationException"/> around an error that may pass, a <see cref="DbUpdateException"/>
/// around what was found while storing.
/// </summary>
public static class StoreFaults
{
    private const int SqlServerDeadlock = 1205;
    private const string PostgresDeadlock = "40P01";
    private const string PostgresSerialization = "40001";

    /// <summary>The database failed, not the request: try again later.</summary>
    public static bool IsFault(Exception error) => error is DbUpdateException or TimeoutException || CauseOf(error) is not null;

    /// <summary>What the engine said; null when no engine said anything.</summary>
    public static DbException? CauseOf(Exception? error) => error switch
    {
        DbException cause => cause,
        DbUpdateException or InvalidOperationException or RetryLimitExceededException => CauseOf(error.InnerException),
        _ => null,
    };

    /// <summary>
    /// The engine undid the whole transaction to let another go on, so that it may be done again at once: SQL Server's 1205, PostgreSQL's
    /// 40P01 and 40001. A lock that was waited for in vain is none: whoever waits again holds up all behind.
    /// </summary>
    public static bool IsDeadlock(Exception error) => CauseOf(error) switch
    {
        SqlException server => server.Number == SqlServerDeadlock,
        { SqlState: PostgresDeadlock or PostgresSerialization } => true,
        _ => false,
    };
}
