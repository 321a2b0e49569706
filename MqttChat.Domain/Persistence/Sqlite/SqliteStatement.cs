using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>
/// A prepared statement whose parameters (<c>$1</c>, <c>$2</c> and so on) are set by position, straight on the engine: a row
/// costs a fraction of what it does through a command object. Runs inside a transaction that has the write lock, so it never
/// finds the file busy.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string text)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, text, out _statement), _database);
    }

    /// <summary>Runs it; returns how many rows it changed.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Scalar(values);
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Runs it; returns the first column of its first row, null where it has none.</summary>
    public long? Scalar(params ReadOnlySpan<object?> values)
    {
        Span<long> first = stackalloc long[1];
        return Row(first, values) ? first[0] : null;
    }

    /// <summary>Runs it and fills <paramref name="columns"/> from its first row; false where it has none.</summary>
    public bool Row(Span<long> columns, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(i + 1, values[i]));
        }

        try
        {
            var found = false;
            int result;
            while ((result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
            {
                for (var i = 0; !found && i < columns.Length; i++)
                {
                    columns[i] = raw.sqlite3_column_int64(_statement, i);
                }

                found = true;
            }

            Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
            return found;
        }
        finally
        {
            // Gives the step's result once more, which has been looked at.
            _ = raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, index),
        long number => raw.sqlite3_bind_int64(_statement, index, number),
        int number => raw.sqlite3_bind_int64(_statement, index, number),
        double number => raw.sqlite3_bind_double(_statement, index, number),
        bool flag => raw.sqlite3_bind_int64(_statement, index, flag ? 1 : 0),
        string text => raw.sqlite3_bind_text(_statement, index, Encoding.UTF8.GetBytes(text)),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
        _ => throw new ArgumentException($"No column holds a {value.GetType().Name}.", nameof(value)),
    };

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
