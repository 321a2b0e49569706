using Microsoft.AspNetCore.Components;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Shell.Languages;
using MqttChat.Web.Telemetry;

namespace MqttChat.Web.Observability;

/// <summary>
/// How the installation is doing, for staff. What is counted is read from memory every two seconds; the database is asked for
/// the leases, and for dead letters when there are new ones.
/// </summary>
public sealed partial class StatusPage
{
    private const int LettersPerPage = 20;

    // Where each page that was left through "older" ended: the way back.
    private readonly Stack<long> _before = [];
    private IReadOnlyList<DeadLetter> _letters = [];
    private IReadOnlyList<PartitionHolder>? _holders = [];
    private IReadOnlyList<Finding> _findings = [];
    private bool _hasMore;
    private long _lettersAsOf = -1;
    private Viewer? _viewer;

    [Inject]
    internal HouseStatus Status { get; set; } = null!;

    [Inject]
    internal TelemetryFindings Reports { get; set; } = null!;

    private string CleanUp => Status.Sweep switch
    {
        null => Texts["CleanUpNotYet"],
        { Deleted: null, At: var at } => Texts["CleanUpFailed", Zone.Time(at)],
        { Deleted: { } deleted, At: var at } => Texts.Many("CleanUpDone", deleted, Zone.Time(at)),
    };

    private protected override IDisposable Subscribe(LivePower live, Action onChanged) => live.SubscribeFast(onChanged);

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        _viewer ??= await FindViewerAsync();
        try
        {
            _holders = await Status.HoldersAsync(cancellation);
            await ReadLettersAsync(cancellation);
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            // It is what the page then says.
            _holders = null;
        }

        _findings = Status.Judge(_holders);
    }

    private async Task ReadLettersAsync(CancellationToken cancellation)
    {
        var rejected = Status.Ingest.Rejected;
        if (rejected != _lettersAsOf)
        {
            // One more than is shown tells whether there is a page after it.
            var read = await Reports.DeadLettersAsync(_viewer!, _before.TryPeek(out var before) ? before : null, LettersPerPage + 1, cancellation);
            (_letters, _hasMore, _lettersAsOf) = ([.. read.Take(LettersPerPage)], read.Count > LettersPerPage, rejected);
        }
    }

    private Task OlderAsync()
    {
        if (_letters.Count > 0)
        {
            _before.Push(_letters[^1].Id);
        }

        return TurnAsync();
    }

    private Task NewerAsync()
    {
        _before.TryPop(out _);
        return TurnAsync();
    }

    private Task TurnAsync()
    {
        _lettersAsOf = -1;
        return ReadAgainAsync();
    }
}
