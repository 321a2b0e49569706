using Npgsql;

namespace MqttChat.Domain.Persistence.Postgres;

/// <summary>Commands and binary copies within one transaction. Parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
internal sealed class PostgresBulk(NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    private readonly NpgsqlBatch _batch = new(connection, transaction);
    private readonly Dictionary<NpgsqlBatchCommand, (int Rows, string Otherwise)> _expected = [];

    public async Task<object?> ScalarAsync(string text, CancellationToken cancellation, params object?[] values)
    {
        await using var command = new NpgsqlCommand(text, connection, transaction);
        command.Parameters.AddRange(values.Select(Parameter).ToArray());
        return await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Is sent with the next <see cref="SendAsync"/>, in the order of these calls.</summary>
    public NpgsqlBatchCommand Add(string text, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.AddRange(values.Select(Parameter).ToArray());
        _batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>Copies rows into the stage's table; they are applied with the next <see cref="SendAsync"/>. Throws there when so many rows were to be touched and others were.</summary>
    public async Task StageAsync(
        PostgresStage stage, IReadOnlyCollection<object?[]> rows, CancellationToken cancellation, string? allOrElse = null)
    {
        if (rows.Count > 0)
        {
            await CopyAsync(stage.Name, rows, cancellation);
            var apply = Add(stage.Apply);
            if (allOrElse is not null)
            {
                _expected[apply] = (rows.Count, allOrElse);
            }
        }
    }

    public async Task CopyAsync(string target, IReadOnlyCollection<object?[]> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var copy = await connection.BeginBinaryImportAsync($"COPY {target} FROM STDIN (FORMAT BINARY)", cancellation);
        foreach (var row in rows)
        {
            await copy.WriteRowAsync(cancellation, row);
        }

        await copy.CompleteAsync(cancellation);
    }

    /// <summary>Sends what was added, in one go.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        if (_batch.BatchCommands.Count > 0)
        {
            await _batch.ExecuteNonQueryAsync(cancellation);
            _batch.BatchCommands.Clear();
        }

        foreach (var (command, (rows, otherwise)) in _expected)
        {
            if (command.RecordsAffected != rows)
            {
                throw new InvalidOperationException(otherwise);
            }
        }
    }

    private static NpgsqlParameter Parameter(object? value) => new() { Value = value ?? DBNull.Value };
}
