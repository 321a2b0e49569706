using System.Net;
using System.Text;
using System.Text.Json;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Observability;

/// <summary>The published program with a real collector: what it sends and logs, and what it must not.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private const string Email = "zq-planted-mail@house.test";
    private const string Password = "zq planted password";
    private const string Name = "Zq Planted Name";
    private const string Text = "zq-planted-text";
    private const string Topic = "zq-planted-topic";
    private const string Payload = "zq-planted-payload";

    private readonly int _broker = FreePort.Next();
    private readonly List<string> _planted = [Email, Password, Name, Text, Topic, Payload, HouseApi.StaffEmail, HouseApi.StaffPassword];
    private OtlpReceiver _collector = null!;
    private AppProcess _app = null!;

    public async Task InitializeAsync()
    {
        _collector = await OtlpReceiver.StartAsync();
        _app = await AppProcess.StartAsync([
            .. HouseApi.FirstStaff, $"Mqtt:Embedded:Listen=127.0.0.1:{_broker}", $"Observability:OtlpEndpoint={_collector.Address}",
            "Observability:OtlpProtocol=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=500", "OTEL_BSP_SCHEDULE_DELAY=500",
            "Logging:Console:FormatterName=json", "Logging:LogLevel:MqttChat=Trace"]);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task House_WithACollector_SendsMetricsAndTraces_AndNothingThatPeopleSaid()
    {
        await LiveAsync();

        var sent = TimeSpan.FromSeconds(90);
        await Eventually.TrueAsync(() => _collector.Spans.Any(span => span.Name == "ingest batch"), sent, "a batch is traced");
        await Eventually.TrueAsync(() => _collector.Spans.Any(span => span is { Scope: "MqttChat", Name: "post" }), sent, "a post is traced");
        await Eventually.TrueAsync(() => _collector.Spans.Any(span => span.Name == "read power"), sent, "a read is traced");
        await Eventually.TrueAsync(
            () => _collector.Spans.Any(span => span.Tags.GetValueOrDefault("http.route") == "/api/v1/rooms/{id:int}/messages"), sent, "a request is traced");
        await Eventually.TrueAsync(
            () => new[] { "MqttChat/mqttchat.ingest.dead_letters", "MqttChat/mqttchat.ingest.lag", "MqttChat/mqttchat.signals.subscriptions", "System.Runtime/dotnet.process.memory.working_set" }
                .All(_collector.Instruments.Contains),
            sent, "metrics come");
        await _app.StopAsync();

        Assert.DoesNotContain(_collector.Spans.SelectMany(span => span.Tags), tag => _planted.Any(tag.Value.Contains));
        Assert.All(_planted, secret => Assert.DoesNotContain(_collector.Bodies, body => Holds(body, secret)));
        Assert.All(_planted, secret => Assert.DoesNotContain(secret, _app.Output, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(_collector.Spans, span => span.Tags.ContainsKey("url.query") || span.Tags.ContainsKey("url.path"));
        Assert.All(Lines(), line => Assert.True(IsJson(line), line));
    }

    // People come, talk and err; plugs report, also nonsense; somebody opens links that are secrets.
    private async Task LiveAsync()
    {
        using var staff = await HouseApi.StaffAsync(_app.BaseAddress);
        var code = HouseApi.Checked(await staff.PostAsync("invitations", new { uses = 2 })).GetProperty("code").GetString()!;
        _planted.Add(code);
        HouseApi.Checked(await staff.PostAsync("register", new { email = Email, password = Password, displayName = Name, invitation = code }));
        using var person = await HouseApi.LoginAsync(_app.BaseAddress, Email, Password);
        var message = await person.SayAsync(1, Text);
        HouseApi.Checked(await person.SendAsync(HttpMethod.Patch, $"messages/{message}", new { text = Text + "!" }));
        Assert.Equal(HttpStatusCode.BadRequest, (await person.PostAsync("rooms/1/messages", new { text = Text, clientMessageId = "" })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.PostAsync("login", new { email = Email, password = Text })).Status);
        await OpenSecretLinksAsync(code);

        await using var plug = await MqttTestClient.ConnectAsync(_broker);
        await plug.PublishAsync($"tele/{Topic}/SENSOR", """{"ENERGY":{"Total":1.5,"Power":85}}""");
        await staff.AdoptAsync(Topic);
        await Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync($"tele/{Topic}/SENSOR", Payload);
                return (await staff.GetAsync("status")).GetProperty("ingest").GetProperty("rejected").GetInt64() > 0;
            },
            what: "nonsense is put aside");
        await staff.GetAsync("plugs");
    }

    private async Task OpenSecretLinksAsync(string code)
    {
        using var browser = new HttpClient { BaseAddress = _app.BaseAddress };
        foreach (var link in (string[])[$"/join/{code}", $"/account/reset?user=1&code={code}", $"/account/register?code={code}"])
        {
            using var page = await browser.GetAsync(link);
        }
    }

    private static bool Holds(byte[] body, string secret) => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0;

    private string[] Lines() => _app.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsJson(string line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            return parsed.RootElement.TryGetProperty("Category", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
