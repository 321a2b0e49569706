using System.Data;
using Microsoft.Data.SqlClient;

namespace MqttChat.Domain.Persistence.SqlServer;

/// <summary>A table that rows are copied into, with the names and .NET types of its columns.</summary>
internal sealed record BulkTable(string Name, params (string Column, Type Type)[] Columns);

/// <summary>Rows that are copied into a temporary table and applied from there.</summary>
/// <param name="Source">The table, with its <c>#</c>.</param>
/// <param name="Create">Makes the temporary table.</param>
/// <param name="Apply">What is done with its rows.</param>
internal sealed record BulkStage(BulkTable Source, string Create, string Apply);

/// <summary>Commands and bulk copies within one transaction. Parameters are <c>@p1</c>, <c>@p2</c> and so on.</summary>
internal sealed class SqlServerBulk(SqlConnection connection, SqlTransaction transaction)
{
    public async Task<object?> ScalarAsync(string text, CancellationToken cancellation, params object?[] values)
    {
        await using var command = Command(text, values);
        return await command.ExecuteScalarAsync(cancellation);
    }

    public async Task ExecuteAsync(string text, CancellationToken cancellation, params object?[] values)
    {
        await using var command = Command(text, values);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task StageAsync(BulkStage stage, IEnumerable<object?[]> rows, CancellationToken cancellation)
    {
        using var table = Fill(stage.Source, rows);
        if (table.Rows.Count > 0)
        {
            await ExecuteAsync(stage.Create, cancellation);
            await CopyAsync(table, cancellation);
            await ExecuteAsync(stage.Apply, cancellation);
        }
    }

    public async Task CopyAsync(BulkTable target, IEnumerable<object?[]> rows, CancellationToken cancellation)
    {
        using var table = Fill(target, rows);
        if (table.Rows.Count > 0)
        {
            await CopyAsync(table, cancellation);
        }
    }

    private async Task CopyAsync(DataTable table, CancellationToken cancellation)
    {
        using var copy = new SqlBulkCopy(connection, SqlBulkCopyOptions.CheckConstraints, transaction) { DestinationTableName = table.TableName };
        foreach (DataColumn column in table.Columns)
        {
            copy.ColumnMappings.Add(column.ColumnName, column.ColumnName);
        }

        await copy.WriteToServerAsync(table, cancellation);
    }

    private static DataTable Fill(BulkTable target, IEnumerable<object?[]> rows)
    {
        var table = new DataTable(target.Name);
        foreach (var (name, type) in target.Columns)
        {
            table.Columns.Add(name, type);
        }

        foreach (var row in rows)
        {
            table.Rows.Add(row);
        }

        return table;
    }

    private SqlCommand Command(string text, object?[] values)
    {
        var command = new SqlCommand(text, connection, transaction);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"@p{i + 1}", values[i] ?? DBNull.Value);
        }

        return command;
    }
}
