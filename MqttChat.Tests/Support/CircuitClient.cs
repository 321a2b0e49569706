using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace MqttChat.Tests.Support;

/// <summary>What a circuit client may look at while it runs; called on its receiving loop, so never to block.</summary>
public sealed record CircuitSettings
{
    /// <summary>Each render batch: when it was there (<see cref="Stopwatch.GetTimestamp"/>), and its bytes.</summary>
    public Action<long, ReadOnlyMemory<byte>>? OnBatch { get; init; }

    /// <summary>Each call into the browser: when, its name, and the JSON of its arguments.</summary>
    public Action<long, string, string>? OnCall { get; init; }

    /// <summary>Keeps <see cref="CircuitClient.Picture"/>; costs memory and time.</summary>
    public bool KeepsPicture { get; init; }

    /// <summary>How long opening, calling and closing may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>
/// A live page without a browser: Blazor Server's side of a page over its WebSocket. It acknowledges every batch, answers
/// what the page's scripts would answer, and remembers what it was told. A thousand of them fit into one process.
/// </summary>
public sealed partial class CircuitClient : IAsyncDisposable
{
    private readonly CircuitPerson _person;
    private readonly CircuitSettings _settings;
    private readonly string _path;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(bool Ok, string? Json)>> _waiting = new();
    private readonly ConcurrentDictionary<string, long> _objects = new();
    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<Sighting> _watched = [];
    private ClientWebSocket _socket = new();
    private Task _receiving = Task.CompletedTask;
    private Timer? _pings;
    private string _circuitId = "";
    private long _calls;
    private volatile bool _isLeaving;

    private CircuitClient(CircuitPerson person, string path, CircuitSettings settings) => (_person, _path, _settings) = (person, path, settings);

    /// <summary>The page as it is shown; only with <see cref="CircuitSettings.KeepsPicture"/>.</summary>
    public CircuitPicture Picture { get; } = new();

    /// <summary>Render batches so far.</summary>
    public int Batches => Volatile.Read(ref _batches);

    /// <summary>Bytes of the render batches so far.</summary>
    public long BatchBytes => Interlocked.Read(ref _batchBytes);

    /// <summary>Bytes of everything that came over the socket.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    /// <summary>Where the page was sent by a full load; null as long as it stays.</summary>
    public string? SentTo { get; private set; }

    /// <summary>What the server said when it gave the circuit up; null while it lives.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether the socket is up.</summary>
    public bool IsConnected => _socket.State == WebSocketState.Open && !_receiving.IsCompleted;

    /// <summary>Opens a page of that person and waits for its first live rendering.</summary>
    public static async Task<CircuitClient> OpenAsync(CircuitPerson person, string path, CircuitSettings? settings = null)
    {
        var client = new CircuitClient(person, path, settings ?? new());
        try
        {
            await client.StartAsync();
            return client;
        }
        catch
        {
            client.Drop();
            throw;
        }
    }

    /// <summary>When a text is first in a batch or in a call from now on; ask before doing what brings it.</summary>
    public Task<long> SeesAsync(string text, TimeSpan? within = null)
    {
        var sighting = new Sighting(Encoding.UTF8.GetBytes(text));
        lock (_gate)
        {
            _watched.Add(sighting);
        }

        return sighting.Seen.Task.WaitAsync(within ?? _settings.Patience);
    }

    /// <summary>
    /// Calls a .NET method that the page handed to its script: <paramref name="given"/> names the call that handed it over
    /// (<c>start</c> for a room, <c>create</c> for a chart). The JSON of its answer.
    /// </summary>
    public async Task<string?> InvokeAsync(string given, string method, params object?[] arguments)
    {
        await Eventually.TrueAsync(() => _objects.ContainsKey(given), _settings.Patience, $"the page handed over an object by {given}");
        var (ok, json) = await AskAsync(
            id => CircuitPack.Call(null, "BeginInvokeDotNetFromJS", id, null, method, _objects[given], CircuitPerson.Json(arguments)));
        return ok ? json : throw new InvalidOperationException($"{method}: {json}");
    }

    /// <summary>The same without waiting for the answer.</summary>
    public Task SendAsync(string given, string method, params object?[] arguments) => SendAsync(
        CircuitPack.Call(null, "BeginInvokeDotNetFromJS", null, null, method, _objects[given], CircuitPerson.Json(arguments)));

    /// <summary>Posts into a room as its composer does; fails when the page refuses.</summary>
    public async Task PostAsync(string text)
    {
        var answer = await InvokeAsync("start", "SendAsync", Guid.NewGuid().ToString("N"), text);
        Assert.True(JsonDocument.Parse(answer ?? "{}").RootElement.GetProperty("error").ValueKind == JsonValueKind.Null, answer);
    }

    /// <summary>Raises an event of an element (<c>click</c>), by the handler's number in the batches.</summary>
    public Task RaiseAsync(ulong handler, string name, string argumentsJson = "{}") => SendAsync(CircuitPack.Call(
        null, "BeginInvokeDotNetFromJS", null, null, "DispatchEventAsync", _objects[RendererGiven],
        $$"""[{"eventHandlerId":{{handler}},"eventName":"{{name}}","eventFieldInfo":null},{{argumentsJson}}]"""));

    /// <summary>The link breaks: no goodbye, the server finds out by itself.</summary>
    public void Drop()
    {
        _pings?.Dispose();
        _socket.Abort();
    }

    /// <summary>Comes back to the same circuit; false when the server has given it up.</summary>
    public async Task<bool> ReconnectAsync()
    {
        Drop();
        await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ConnectAsync();
        var (_, back) = await AskAsync(id => CircuitPack.Call(id, "ConnectCircuit", _circuitId));
        return back == "True";
    }

    /// <summary>Leaves as a page does that is closed: the circuit ends at once.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(_settings.Patience);
        try
        {
            await GiveUpAsync(limit.Token);
            if (_socket.State == WebSocketState.Open)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            }

            await _receiving.WaitAsync(limit.Token);
        }
        catch (Exception error) when (error is HttpRequestException or WebSocketException or OperationCanceledException or IOException)
        {
            // The program went first.
        }

        Drop();
        _socket.Dispose();
    }

    /// <summary>Gives the circuit up and drops the link, without waiting for what is still under way.</summary>
    public async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(_settings.Patience);
        await GiveUpAsync(limit.Token);
        Drop();
    }

    private async Task GiveUpAsync(CancellationToken cancellation)
    {
        if (_circuitId.Length == 0)
        {
            return;
        }

        _isLeaving = true;

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_person.BaseAddress, "/_blazor/disconnect"))
        {
            Content = new MultipartFormDataContent { { new StringContent(_circuitId), "circuitId" } },
        };
        request.Headers.Add("Origin", Origin);
        using var answer = await _person.SendAsync(request, cancellation);
    }

    private string Origin => _person.BaseAddress.GetLeftPart(UriPartial.Authority);

    private async Task StartAsync()
    {
        using var limit = new CancellationTokenSource(_settings.Patience);
        var (operations, state) = await _person.RootsAsync(_path, limit.Token);
        await ConnectAsync();
        var (ok, secret) = await AskAsync(id => CircuitPack.Call(
            id, "StartCircuit", _person.BaseAddress.ToString(), new Uri(_person.BaseAddress, _path).ToString(), "[]", ""));
        _circuitId = ok && secret is { Length: > 0 } ? secret : throw new InvalidOperationException($"No circuit for {_path}: {secret}");
        await SendAsync(CircuitPack.Call(null, "UpdateRootComponents", operations, state));
        await _live.Task.WaitAsync(limit.Token);
    }

    private async Task<(bool Ok, string? Json)> AskAsync(Func<string, ReadOnlyMemory<byte>> call)
    {
        var id = Interlocked.Increment(ref _calls).ToString(CultureInfo.InvariantCulture);
        var waiting = _waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(call(id));
            return await waiting.Task.WaitAsync(_settings.Patience);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private sealed record Sighting(byte[] Text)
    {
        public TaskCompletionSource<long> Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
