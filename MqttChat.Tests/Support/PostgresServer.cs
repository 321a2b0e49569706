using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace MqttChat.Tests.Support;

/// <summary>
/// A real PostgreSQL on a free port, with its data in a folder of its own. It ends with this process, however that ends: a shell
/// beside it reads a pipe of ours, and when that breaks it stops the server and deletes the folder.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Owner = "mqttchat";

    /// <summary>Runs what follows it; a word on its standard input or the input's end stops that, the end also deletes the folder ($1).</summary>
    private const string Keeper = """
        folder=$1; shift; trap : INT TERM
        "$@" </dev/null >>"$folder/log" 2>&1 & server=$!
        read -r word; asked=$?
        kill -INT "$server" 2>/dev/null; wait "$server"
        [ "$asked" = 0 ] || rm -rf "$folder"
        """;

    private readonly string _folder;
    private readonly string[] _settings;
    private Process? _keeper;

    private PostgresServer(string folder, string[] settings) => (_folder, _settings) = (folder, settings);

    public int Port { get; } = FreePort.Next();

    /// <summary>The process that all of its others end with.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>What it wrote to its log.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>Makes an empty server and starts it; <paramref name="settings"/> as <c>name=value</c>.</summary>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var server = new PostgresServer(Directory.CreateTempSubdirectory("mqttchat-postgres-").FullName, settings);
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to run as root.
            await RunAsync("chown", "postgres:", server._folder);
        }

        await RunAsync([.. AsItsUser(), Tool("initdb"), "-D", Path.Combine(server._folder, "data"), "-U", Owner, "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it with what it has on disk, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true };
        foreach (var argument in (string[])[
            "-c", Keeper, "sh", _folder, .. AsItsUser(), Tool("postgres"), "-D", Path.Combine(_folder, "data"), "-p", $"{Port}", "-k", _folder,
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "autovacuum_naptime=5min",
            .. _settings.SelectMany(setting => (string[])["-c", setting])])
        {
            start.ArgumentList.Add(argument);
        }

        _keeper = Process.Start(start)!;
        await Eventually.TrueAsync(AnswersAsync, what: "PostgreSQL answers");
    }

    /// <summary>A connection string for one of its databases.</summary>
    public string Connection(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = Port, Database = database, Username = Owner }.ToString();

    /// <summary>Runs statements as its owner, outside of any transaction.</summary>
    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(Connection(database));
        await connection.OpenAsync();
#pragma warning disable CA2100 // The test's own words.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>It ends its connections and writes what it has.</summary>
    public async Task StopAsync()
    {
        if (_keeper is { } keeper)
        {
            _keeper = null;
            await keeper.StandardInput.WriteLineAsync("stop");
            keeper.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await keeper.WaitForExitAsync(limit.Token);
            keeper.Dispose();
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await RunAsync("kill", "-KILL", ProcessId.ToString(CultureInfo.InvariantCulture));
        await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await TestFolder.DeleteAsync(_folder);
    }

    private static string[] AsItsUser() =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    // Debian keeps each version's in a folder of its own, outside of the path.
    private static string Tool(string name) => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", name)).Where(File.Exists)
            .OrderByDescending(path => int.TryParse(path.Split('/')[4], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).FirstOrDefault(name)
        : name;

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_keeper!.HasExited, $"PostgreSQL ended: {Log}");
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task RunAsync(params string[] line)
    {
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', line)}: {await output}{await errors}");
    }
}
