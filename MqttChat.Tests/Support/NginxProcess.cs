using System.Diagnostics;
using System.Net;

namespace MqttChat.Tests.Support;

/// <summary>A test that needs nginx, which <c>test.sh</c> installs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NginxFactAttribute : FactAttribute
{
    public NginxFactAttribute() => Skip = File.Exists(NginxProcess.Program) ? null : "There is no nginx here (MQTTCHAT_TEST_NGINX names another place).";
}

/// <summary>A real nginx with <c>deploy/nginx/mqttchat.conf</c>, on free ports and with a certificate of its own.</summary>
public sealed class NginxProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mqttchat-nginx-").FullName;
    private readonly TestAuthority _authority = TestAuthority.Create();
    private Process? _process;

    public static string Program => Environment.GetEnvironmentVariable("MQTTCHAT_TEST_NGINX") is { Length: > 0 } path ? path : "/usr/sbin/nginx";

    public int PlainPort { get; } = FreePort.Next();

    public int TlsPort { get; } = FreePort.Next();

    /// <summary>Writes its files, starts it and waits until it takes connections.</summary>
    public async Task StartAsync(Uri app)
    {
        var (certificate, key) = _authority.Issue("localhost");
        var site = (await File.ReadAllTextAsync(Repository.PathOf("deploy", "nginx", "mqttchat.conf")))
            .Replace("127.0.0.1:8080", $"127.0.0.1:{app.Port}", StringComparison.Ordinal)
            .Replace("listen 80;", $"listen 127.0.0.1:{PlainPort};", StringComparison.Ordinal)
            .Replace("listen 443 ", $"listen 127.0.0.1:{TlsPort} ", StringComparison.Ordinal)
            .Replace("chat.example.org;", "localhost;", StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/chat.example.org/fullchain.pem", certificate, StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/chat.example.org/privkey.pem", key, StringComparison.Ordinal);
        var temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
            .Select(kind => $"{kind}_temp_path {_folder}/{kind};"));
        var file = Path.Combine(_folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $"""
            daemon off;
            worker_processes 1;
            pid {_folder}/pid;
            error_log stderr;
            {(Environment.IsPrivilegedProcess ? "user root;" : "")}
            events {"{}"}
            http {"{"} access_log off; {temporary}
            {site}
            {"}"}
            """);
        _process = Process.Start(new ProcessStartInfo(Program, ["-e", "stderr", "-p", _folder, "-c", file]))!;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(_process.HasExited, "nginx ended");
                try
                {
                    using var answer = await http.GetAsync(new Uri($"http://localhost:{PlainPort}/"));
                    return answer.StatusCode == HttpStatusCode.MovedPermanently;
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            what: "nginx leads to TLS");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            // SIGTERM, so that it ends its workers too.
            using (var kill = Process.Start("kill", [$"{_process.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await _process.WaitForExitAsync(deadline.Token);
        }

        _process?.Dispose();
        _authority.Dispose();
        await TestFolder.DeleteAsync(_folder);
    }
}
