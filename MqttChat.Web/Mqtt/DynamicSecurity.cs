using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MQTTnet;
using MQTTnet.Protocol;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Accounts at a Mosquitto with the dynamic-security plugin: one client and one role for each plug. A role says what is sent and what
/// is received, because the plugin lets everything be received unless told otherwise.
/// </summary>
internal sealed class DynamicSecurity(BrokerConnector connector, IOptions<MqttOptions> settings, TimeProvider clock, ILogger<DynamicSecurity> logger)
{
    private const string Commands = "$CONTROL/dynamic-security/v1";
    // The plugin always answers here, whatever response topic is asked for.
    private const string Answers = "$CONTROL/dynamic-security/v1/response";
    private const string TextName = "MqttChat: a plug";
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    // The plugin answers in the broker's own loop: what has not come after further round trips and this long comes no more.
    private static readonly TimeSpan LookWithin = TimeSpan.FromMilliseconds(300);
    private const int RoundTrips = 3;

    // To look and then to change takes two questions: one account at a time.
    private readonly SemaphoreSlim _changing = new(1, 1);

    /// <summary>Whether the plugin answers, and lets the app's account manage others. Throws <see cref="BrokerAwayException"/>.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancellation)
    {
        try
        {
            var answers = await AskAsync([new() { ["command"] = "getDefaultACLAccess" }], cancellation, onlyLooks: true).ConfigureAwait(false);
            return ErrorOf(answers, "getDefaultACLAccess") is null;
        }
        catch (SecurityUnansweredException silent)
        {
            logger.LogInformation("The broker does not let the app manage accounts: {Reason}", silent.Message);
            return false;
        }
    }

    /// <summary>As <see cref="IBrokerAccess.GrantAsync"/>; throws what <see cref="AskAsync"/> throws.</summary>
    public Task GrantAsync(PlugCredential credential, string password, CancellationToken cancellation) =>
        OneAtATimeAsync(() => MakeAsync(credential, password, cancellation), cancellation);

    /// <summary>
    /// As <see cref="IBrokerAccess.WithdrawAsync"/>; throws what <see cref="AskAsync"/> throws. Deleting a client also disconnects it. One
    /// that was made later under the same name is another's: a second click, or a try that was given up, must not take it away.
    /// </summary>
    public Task WithdrawAsync(PlugCredential credential, CancellationToken cancellation) =>
        OneAtATimeAsync(() => TakeAwayAsync(credential, cancellation), cancellation);

    private async Task MakeAsync(PlugCredential credential, string password, CancellationToken cancellation)
    {
        var user = credential.UserName;
        var leftover = await FindAsync(user, cancellation).ConfigureAwait(false);
        if (leftover is { IsOurs: false })
        {
            throw RefusedException.Conflict("connect.nameTaken");
        }

        // Together in one message: the plugin works through it in one go.
        var answers = await AskAsync(
            [
                .. leftover is null ? (JsonObject[])[] : [Delete(user)],
                DeleteRole(user),
                new() { ["command"] = "createRole", ["rolename"] = RoleOf(user), ["textname"] = TextName, ["acls"] = Acls(credential.Topics) },
                new()
                {
                    ["command"] = "createClient", ["username"] = user, ["password"] = password, ["textname"] = $"{TextName} #{credential.Id}",
                    ["roles"] = new JsonArray(new JsonObject { ["rolename"] = RoleOf(user) }),
                },
            ],
            cancellation).ConfigureAwait(false);
        var error = ErrorOf(answers, "createRole") ?? ErrorOf(answers, "createClient");
        if (error is not null)
        {
            throw new SecurityUnansweredException(error);
        }
    }

    private async Task TakeAwayAsync(PlugCredential credential, CancellationToken cancellation)
    {
        var user = credential.UserName;
        var found = await FindAsync(user, cancellation).ConfigureAwait(false);
        if (found?.CredentialId > credential.Id)
        {
            return;
        }

        var answers = await AskAsync([.. found is { IsOurs: true } ? (JsonObject[])[Delete(user)] : [], DeleteRole(user)], cancellation)
            .ConfigureAwait(false);
        if (ErrorOf(answers, "deleteClient") is { } error && error != "Client not found")
        {
            throw new SecurityUnansweredException(error);
        }
    }

    private async Task<FoundClient?> FindAsync(string user, CancellationToken cancellation)
    {
        var answers = await AskAsync([new() { ["command"] = "getClient", ["username"] = user }], cancellation).ConfigureAwait(false);
        return ErrorOf(answers, "getClient") switch
        {
            null => Read(answers[0]["data"]?["client"], user),
            "Client not found" => null,
            var error => throw new SecurityUnansweredException(error),
        };
    }

    private FoundClient Read(JsonNode? client, string user) => new(
        client?["roles"]?.AsArray().Any(role => (string?)role?["rolename"] == RoleOf(user)) == true,
        int.TryParse(((string?)client?["textname"])?.Split('#')[^1], CultureInfo.InvariantCulture, out var id) ? id : null);

    private async Task OneAtATimeAsync(Func<Task> change, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await change().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Sends commands and returns their answers. Throws <see cref="BrokerAwayException"/> when there is no broker, and
    /// <see cref="SecurityUnansweredException"/> when it does not let us, or the plugin does not answer.
    /// </summary>
    private async Task<IReadOnlyList<JsonNode>> AskAsync(JsonObject[] commands, CancellationToken cancellation, bool onlyLooks = false)
    {
        var mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        foreach (var command in commands)
        {
            command["correlationData"] = mark;
        }

        var answered = new TaskCompletionSource<IReadOnlyList<JsonNode>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var login = new BrokerLogin($"{settings.Value.ClientId}-security-{mark}");
        await using var connection = await connector.ConnectAsync(login, OnMessage, cancellation).ConfigureAwait(false);
        var refused = await connection.SubscribeAsync([Answers], qos: 1, noLocal: false, cancellation).ConfigureAwait(false);
        if (refused.Count > 0)
        {
            throw new SecurityUnansweredException("its answers may not be read");
        }

        try
        {
            await connection.PublishAsync(MessageOf(commands), cancellation).ConfigureAwait(false);
            for (var trip = 0; onlyLooks && trip < RoundTrips && !answered.Task.IsCompleted; trip++)
            {
                await connection.SubscribeAsync([Answers], qos: 1, noLocal: false, cancellation).ConfigureAwait(false);
            }

            return await answered.Task.WaitAsync(onlyLooks ? LookWithin : AnswerWithin, clock, cancellation).ConfigureAwait(false);
        }
        catch (BrokerAwayException away) when (away.Reason == BrokerReasons.Refused)
        {
            throw new SecurityUnansweredException("commands may not be sent");
        }
        catch (TimeoutException)
        {
            throw new SecurityUnansweredException("no answer");
        }

        void OnMessage(MqttApplicationMessageReceivedEventArgs received)
        {
            if (Read(received.ApplicationMessage, mark) is { Count: > 0 } mine)
            {
                answered.TrySetResult(mine);
            }
        }
    }

    private static MqttApplicationMessage MessageOf(JsonObject[] commands) => new()
    {
        Topic = Commands,
        PayloadSegment = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["commands"] = new JsonArray([.. commands]) }),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
    };

    // Others may manage accounts at the same time: only what carries our mark is for us.
    private static List<JsonNode>? Read(MqttApplicationMessage message, string mark)
    {
        try
        {
            var all = JsonNode.Parse(Payloads.Bounded(message.Payload, 64 * 1024).Span) as JsonObject;
            return all?["responses"] is JsonArray answers
                ? [.. answers.OfType<JsonObject>().Where(answer => (string?)answer["correlationData"] == mark)] : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? ErrorOf(IReadOnlyList<JsonNode> answers, string command) =>
        (string?)answers.FirstOrDefault(answer => (string?)answer["command"] == command)?["error"];

    // Two installations on one broker do not take each other's for their own.
    private string RoleOf(string user) => $"{settings.Value.ClientId}-plug-{user}";

    private static JsonObject Delete(string user) => new() { ["command"] = "deleteClient", ["username"] = user };

    private JsonObject DeleteRole(string user) => new() { ["command"] = "deleteRole", ["rolename"] = RoleOf(user) };

    private static JsonArray Acls(PlugTopics topics) =>
    [
        .. topics.Writes.Select(filter => Acl("publishClientSend", filter, 1, allow: true)),
        .. topics.Reads.Select(filter => Acl("subscribePattern", filter, 1, allow: true)),
        .. topics.Reads.Select(filter => Acl("publishClientReceive", filter, 1, allow: true)),
        // Else it would hear what a session that it took over by its client id has subscribed to.
        Acl("publishClientReceive", "#", 0, allow: false),
        Acl("publishClientReceive", "$SYS/#", 0, allow: false),
    ];

    private static JsonObject Acl(string type, string topic, int priority, bool allow) =>
        new() { ["acltype"] = type, ["topic"] = topic, ["priority"] = priority, ["allow"] = allow };

    /// <param name="IsOurs">It has the role that we give.</param>
    /// <param name="CredentialId">For which of the house's accounts it was made; null where it does not say.</param>
    private sealed record FoundClient(bool IsOurs, int? CredentialId);
}

/// <summary>The dynamic-security plugin is not there, does not let the app manage accounts, or refused a command.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "The reason is what it is for.")]
internal sealed class SecurityUnansweredException(string reason) : Exception(reason);
