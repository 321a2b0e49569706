namespace MqttChat.Domain.Persistence.Sqlite;

internal enum SqliteKind : byte
{
    Null,
    Integer,
    Real,
    Text,
    Blob,
}

/// <summary>A column's value on its way to the engine: a report has some thirty of them, too many to put each on the heap.</summary>
internal readonly struct SqliteValue
{
    private SqliteValue(SqliteKind kind, long integer, double real, object? content) =>
        (Kind, Integer, Real, Object) = (kind, integer, real, content);

    public SqliteKind Kind { get; }

    public long Integer { get; }

    public double Real { get; }

    public object? Object { get; }

    public static implicit operator SqliteValue(long value) => new(SqliteKind.Integer, value, 0, null);

    public static implicit operator SqliteValue(long? value) => value is { } number ? (SqliteValue)number : default;

    public static implicit operator SqliteValue(int value) => (long)value;

    public static implicit operator SqliteValue(int? value) => value is { } number ? (SqliteValue)number : default;

    public static implicit operator SqliteValue(bool? value) => value is { } flag ? (SqliteValue)(flag ? 1L : 0L) : default;

    public static implicit operator SqliteValue(double value) => new(SqliteKind.Real, 0, value, null);

    public static implicit operator SqliteValue(double? value) => value is { } number ? (SqliteValue)number : default;

    public static implicit operator SqliteValue(string? value) => value is null ? default : new(SqliteKind.Text, 0, 0, value);

    public static implicit operator SqliteValue(byte[]? value) => value is null ? default : new(SqliteKind.Blob, 0, 0, value);
}
