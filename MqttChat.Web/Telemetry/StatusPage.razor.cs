using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

/// <summary>How the installation is doing, for staff: broker, ingest, database, and what could not be read.</summary>
public sealed partial class StatusPage
{
    private const int LettersShown = 50;
    private const int PayloadBytesShown = 160;

    private IReadOnlyList<DeadLetter> _letters = [];
    private long _lettersAsOf = -1;
    private Viewer? _viewer;

    [Inject]
    internal HouseStatus Status { get; set; } = null!;

    [Inject]
    internal TelemetryFindings Findings { get; set; } = null!;

    private protected override IDisposable Subscribe(LivePower live, Action onChanged) => live.SubscribeFast(onChanged);

    private IEnumerable<(string Key, string Value)> Counters =>
    [
        ("Received", Number(Status.Ingest.Received)),
        ("Stored", Number(Status.Ingest.Stored)),
        ("Rejected", Number(Status.Ingest.Rejected)),
        ("Redelivered", Number(Status.Ingest.Redelivered)),
        ("Dropped", Number(Status.Ingest.Dropped)),
        ("Waiting", Number(Status.Ingest.Waiting)),
        ("Lag", $"{Number(Status.Ingest.LagMilliseconds)} ms"),
    ];

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var viewer = _viewer ??= await FindViewerAsync();
        var rejected = Status.Ingest.Rejected;
        if (rejected != _lettersAsOf)
        {
            _letters = await Findings.DeadLettersAsync(viewer, LettersShown, cancellation);
            _lettersAsOf = rejected;
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.CurrentCulture);

    // Payloads come from outside and may hold anything: control characters are shown as dots, the rest is text.
    private static string Shown(byte[] payload)
    {
        var text = Encoding.UTF8.GetString(payload.AsSpan(0, Math.Min(payload.Length, PayloadBytesShown)));
        var clean = string.Concat(text.Select(one => char.IsControl(one) ? '·' : one));
        return payload.Length > PayloadBytesShown ? $"{clean}…" : clean;
    }
}
