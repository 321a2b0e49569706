using Microsoft.AspNetCore.Components;
using MqttChat.Domain;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Devices;

/// <summary>
/// The switch of one channel. It shows what the plug reports, never what was asked for: after a click it says "switching…"
/// until a report brings the state, and says so when none came in time.
/// </summary>
public sealed partial class PlugSwitch : IDisposable
{
    /// <summary>How long a plug may take to report its new state.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _gone = new();
    private ITimer? _deadline;
    private bool? _wanted;
    private bool? _unanswered;
    private string? _refused;

    [Inject]
    internal TimeProvider Clock { get; set; } = null!;

    [Inject]
    internal RefusalMessages Refusals { get; set; } = null!;

    /// <summary>The reported state; null when the plug never said.</summary>
    [Parameter]
    public bool? IsOn { get; set; }

    /// <summary>It said off and draws power all the same: a press switches it off, to be sure.</summary>
    [Parameter]
    public bool IsDoubted { get; set; }

    /// <summary>What is switched, for people who do not see it.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Makes it a button with these words instead of the picture of a switch.</summary>
    [Parameter]
    public string? Text { get; set; }

    /// <summary>Sends the command; completes when the broker has it.</summary>
    [Parameter, EditorRequired]
    public required Func<bool, CancellationToken, Task> Send { get; set; }

    /// <summary>Nothing can be switched: the broker, which takes the commands, cannot be reached.</summary>
    [CascadingParameter(Name = "BrokerAway")]
    public bool IsBrokerAway { get; set; }

    private bool Failed => _refused is not null || _unanswered is not null;

    private string? Note => _wanted is not null ? Texts["Switching"].Value : _refused
        ?? (_unanswered is not null ? Texts["NoAnswer"].Value : IsDoubted ? Texts["SwitchDoubted"].Value : null);

    private string Title => IsBrokerAway ? Texts["SwitchBrokerAway"] : IsOn switch { true => Texts["IsOn"], false => Texts["IsOff"], null => Texts["StateUnknown"] };

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (_wanted is { } wanted && IsOn == wanted)
        {
            Settle();
        }

        if (_unanswered is { } late && IsOn == late)
        {
            _unanswered = null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _deadline?.Dispose();
        _gone.Cancel();
    }

    private async Task ToggleAsync()
    {
        if (_wanted is not null)
        {
            return;
        }

        var on = IsOn != true && !IsDoubted;
        (_wanted, _unanswered, _refused) = (on, null, null);
        _deadline?.Dispose();
        _deadline = Clock.CreateTimer(_ => _ = InvokeAsync(GiveUp), null, AnswerWithin, Timeout.InfiniteTimeSpan);
        try
        {
            await Send(on, _gone.Token);
        }
        catch (RefusedException refusal)
        {
            Settle();
            _refused = Refusals.For(refusal);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left; the command is on its way or it is not.
        }
        catch (Exception)
        {
            Settle();
            throw;
        }
    }

    private void GiveUp()
    {
        if (_wanted is { } wanted && !_gone.IsCancellationRequested)
        {
            Settle();
            _unanswered = wanted;
            StateHasChanged();
        }
    }

    private void Settle()
    {
        _wanted = null;
        _deadline?.Dispose();
        _deadline = null;
    }
}
