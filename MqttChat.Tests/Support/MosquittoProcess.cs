using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MqttChat.Tests.Support;

/// <summary>What a test's Mosquitto differs in from <c>deploy/mosquitto</c>.</summary>
public sealed record MosquittoSettings
{
    /// <summary>
    /// The other way that <c>deploy/mosquitto</c> names: it saves by time and not at each change, so that it takes in thousands a
    /// second and its own crash loses the last one.
    /// </summary>
    public static MosquittoSettings SavesEverySecond { get; } =
        new() { Lines = new Dictionary<string, string> { ["autosave_on_changes true"] = "autosave_on_changes false" } };

    /// <summary>Nobody needs a password, and there is no access list.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Accounts are kept by the dynamic-security plugin, made as <c>deploy/mosquitto/dynsec-init.sh</c> makes them: the app's and <c>admin</c>.</summary>
    public bool DynamicSecurity { get; init; }

    /// <summary>User names and passwords.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } =
        new Dictionary<string, string> { [MosquittoProcess.AppUser] = MosquittoProcess.AppPassword };

    /// <summary>Lines of the file that read otherwise.</summary>
    public IReadOnlyDictionary<string, string> Lines { get; init; } = new Dictionary<string, string>();

    /// <summary>Certificate and key files; the listener then speaks TLS.</summary>
    public (string Certificate, string Key)? Tls { get; init; }
}

/// <summary>A real Mosquitto with the settings of <c>deploy/mosquitto</c>, on a free port, in a folder of its own.</summary>
public sealed class MosquittoProcess : IAsyncDisposable
{
    public const string AppUser = "mqttchat";
    public const string AppPassword = "app-secret";

    private readonly MosquittoSettings _settings;
    private readonly string _folder = Directory.CreateTempSubdirectory("mqttchat-mosquitto-").FullName;
    private Process? _process;

    private MosquittoProcess(MosquittoSettings settings) => _settings = settings;

    public int Port { get; } = FreePort.Next();

    public int ProcessId => _process!.Id;

    /// <summary>The program's settings for this broker.</summary>
    public string[] AppSettings =>
        ["Mqtt:Host=127.0.0.1", $"Mqtt:Port={Port}", $"Mqtt:Username={AppUser}", $"Mqtt:Password={AppPassword}"];

    /// <summary>What it wrote to its log.</summary>
    public string Log { get; private set; } = "";

    /// <summary>Starts one and waits until it takes connections.</summary>
    public static async Task<MosquittoProcess> StartAsync(MosquittoSettings? settings = null)
    {
        var mosquitto = new MosquittoProcess(settings ?? new());
        await mosquitto.ConfigureAsync();
        await mosquitto.StartAgainAsync();
        return mosquitto;
    }

    /// <summary>Starts it with what it has on disk.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("/usr/sbin/mosquitto", ["-c", Path.Combine(_folder, "mosquitto.conf")]) { RedirectStandardError = true };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Log += line.Data + Environment.NewLine;
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(AnswersAsync, what: "Mosquitto takes connections");
    }

    /// <summary>Adds lines to one of its files (<c>passwords</c>, <c>acl</c>) as a person would, and has it read them.</summary>
    public async Task AppendAsync(string file, IEnumerable<string> lines)
    {
        await File.AppendAllLinesAsync(Path.Combine(_folder, file), lines);
        await SignalAsync("-HUP");
    }

    /// <summary>Has it read its settings again, with one line in place of another; only some of them count before its next start.</summary>
    public async Task ReplaceAsync(string line, string otherwise)
    {
        var file = Path.Combine(_folder, "mosquitto.conf");
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Contains(line, lines);
        await File.WriteAllLinesAsync(file, lines.Select(one => one == line ? otherwise : one));
        await SignalAsync("-HUP");
    }

    /// <summary>SIGTERM: it writes what it has.</summary>
    public Task StopAsync() => EndAsync("-TERM");

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => EndAsync("-KILL");

    /// <summary>Loses what is on disk: sessions, queues, retained messages. Only while it does not run.</summary>
    public void Forget() => File.Delete(Path.Combine(_folder, "mosquitto.db"));

    /// <summary>SIGSTOP: its connections stay open and say nothing.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>A client with the app's rights.</summary>
    public Task<MqttTestClient> ConnectAsync(string user = AppUser, string? password = null) =>
        MqttTestClient.ConnectAsync(Port, _settings.AllowAnonymous ? null : user, password ?? _settings.Users.GetValueOrDefault(user));

    /// <summary>Publishes with the app's rights and waits until the broker has it.</summary>
    public async Task PublishAsync(string topic, string payload, int qos = 1, bool retain = false)
    {
        await using var client = await ConnectAsync();
        await client.PublishAsync(topic, payload, qos, retain);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        await TestFolder.DeleteAsync(_folder);
    }

    private async Task ConfigureAsync()
    {
        const string Etc = "/etc/mosquitto/mqttchat";
        var file = _settings.DynamicSecurity ? "mosquitto-dynsec.conf" : "mosquitto.conf";
        var lines = (await File.ReadAllLinesAsync(Repository.PathOf("deploy", "mosquitto", file)))
            .Select(line => line.Replace(Etc, _folder, StringComparison.Ordinal).Replace("/var/lib/mosquitto/", _folder + "/", StringComparison.Ordinal))
            .Select(line => line == "listener 1883" ? Listener() : _settings.Lines.GetValueOrDefault(line, line));
        if (_settings.AllowAnonymous)
        {
            lines = lines.Select(line => line == "allow_anonymous false" ? "allow_anonymous true" : line)
                .Where(line => !line.StartsWith("password_file", StringComparison.Ordinal) && !line.StartsWith("acl_file", StringComparison.Ordinal));
        }

        // As root it would give up its rights, and with them those to its folder.
        var user = Environment.IsPrivilegedProcess ? "user root" : "";
        await File.WriteAllLinesAsync(Path.Combine(_folder, "mosquitto.conf"), lines.Append(user));
        if (_settings.DynamicSecurity)
        {
            await RunAsync(
                "env", $"MQTTCHAT_PASSWORD={AppPassword}", $"ADMIN_PASSWORD={AppPassword}", $"PORT={FreePort.Next()}",
                Repository.PathOf("deploy", "mosquitto", "dynsec-init.sh"), Path.Combine(_folder, "dynamic-security.json"));
        }

        File.Copy(Repository.PathOf("deploy", "mosquitto", "acl"), Path.Combine(_folder, "acl"));
        var passwords = Path.Combine(_folder, "passwords");
        await File.WriteAllLinesAsync(passwords, _settings.Users.Select(pair => $"{pair.Key}:{pair.Value}"));
        await RunAsync("mosquitto_passwd", "-U", passwords);
    }

    private string Listener() =>
        $"listener {Port} 127.0.0.1{Environment.NewLine}"
        + (_settings.Tls is { } tls ? $"certfile {tls.Certificate}{Environment.NewLine}keyfile {tls.Key}" : "");

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process!.HasExited, $"Mosquitto ended: {Log}");
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task EndAsync(string signal)
    {
        await SignalAsync(signal);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process!.WaitForExitAsync(limit.Token);
    }

    private Task SignalAsync(string signal) => RunAsync("kill", signal, _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
