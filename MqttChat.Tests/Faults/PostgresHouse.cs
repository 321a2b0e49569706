using MqttChat.Domain.Persistence;
using MqttChat.Tests.Support;
using Npgsql;

namespace MqttChat.Tests.Faults;

/// <summary>A <see cref="FaultHouse"/> on a PostgreSQL of its own, which keeps what it committed through a crash.</summary>
internal sealed class PostgresHouse : IAsyncDisposable
{
    private const string Database = "mqttchat";

    private PostgresHouse(PostgresServer server, TcpFaultProxy way, FaultHouse house) => (Server, Way, House) = (server, way, house);

    public PostgresServer Server { get; }

    /// <summary>Between the program and its database; the test reads beside it.</summary>
    public TcpFaultProxy Way { get; }

    public FaultHouse House { get; }

    public static async Task<PostgresHouse> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        var way = new TcpFaultProxy(server.Port);
        try
        {
            // Without a pool: a server that was ended leaves no dead connection in the test's hands.
            var read = new NpgsqlConnectionStringBuilder(server.Connection(Database)) { Pooling = false }.ToString();
            var written = new NpgsqlConnectionStringBuilder(server.Connection(Database)) { Port = way.Port }.ToString();
            return new(server, way, await FaultHouse.StartOnAsync(
                new(DatabaseProvider.Postgres, read, read, read), "Database:Provider=Postgres", $"ConnectionStrings:House={written}"));
        }
        catch
        {
            await way.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await House.DisposeAsync();
        await Way.DisposeAsync();
        await Server.DisposeAsync();
    }
}
