using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Domain.Telemetry.Habits;
using MqttChat.Web.Devices;
using MqttChat.Web.Shell.Languages;

namespace MqttChat.Web.Telemetry;

/// <summary>The dashboard's first line: what is on that shouldn't be. It asks again now and then, and at once when something is switched.</summary>
public sealed partial class UnusualLine : IDisposable
{
    private const int MostShown = 3;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _gone = new();
    private UnusualPlugs? _found;
    private (DateTimeOffset At, int Switches) _asked;
    private bool _asking;

    [Parameter, EditorRequired]
    public required ImmutableArray<PlugPower> Plugs { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Parameter, EditorRequired]
    public required Viewer Viewer { get; set; }

    /// <summary>The one plug whose own page this stands on; null: the whole house.</summary>
    [Parameter]
    public int? OnlyPlugId { get; set; }

    /// <summary>Switches off what is on.</summary>
    [Parameter, EditorRequired]
    public required SwitchChannel Switch { get; set; }

    [Inject]
    internal PlugHabits Habits { get; set; } = null!;

    [Inject]
    internal LastUnusual Last { get; set; } = null!;

    [Inject]
    internal ILogger<UnusualLine> Logger { get; set; } = null!;

    /// <inheritdoc />
    protected override void OnInitialized() =>
        _found = Last.For(Viewer) is { } last ? last with { Plugs = [.. last.Plugs.Where(one => Plugs.Any(plug => plug.Id == one.PlugId))] } : null;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var switches = Switches();
        if (_asking || (Now - _asked.At < AskAgain && switches == _asked.Switches))
        {
            return;
        }

        (_asking, _asked) = (true, (Now, switches));
        try
        {
            _found = await Habits.UnusualAsync(Viewer, [.. Plugs.Where(plug => PlugPresence.Of(plug, Now).IsThere)], _gone.Token);
            Last.Keep(_found);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            // What was found last stays; the page itself says that readings cannot be read.
            Logger.LogDebug("What is unusual could not be read: {Reason}", error.Message);
        }
        finally
        {
            _asking = false;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _gone.Cancel();

    private List<UnusualPlug>? Shown => _found?.Plugs.Where(one => OnlyPlugId is null || one.PlugId == OnlyPlugId).Take(MostShown).ToList();

    private PlugPower? PlugOf(UnusualPlug one) => Plugs.FirstOrDefault(plug => plug.Id == one.PlugId);

    private IEnumerable<ChannelPower> OnChannels(UnusualPlug one) =>
        PlugOf(one)?.Channels.Where(channel => channel is ({ IsOn: true } or { IsSwitchDoubted: true }) and not { HasRelay: false }).Take(OnlyPlugId is null ? PlugTile.MaxChannels : int.MaxValue) ?? [];

    // One of several channels is named; a plug with one is named by the sentence beside its button.
    private string SwitchText(UnusualPlug one, ChannelPower channel) =>
        PlugOf(one) is { Channels.Length: > 1 } ? Texts["SwitchOffNamed", ChannelName(channel)] : Texts["SwitchOff"];

    // Begins as the button does: by voice it is called what is seen.
    private string SwitchLabel(UnusualPlug one, ChannelPower channel) =>
        PlugOf(one) is { Channels.Length: > 1 } plug
            ? Texts["SwitchOffChannel", ChannelName(channel), plug.Name]
            : Texts["SwitchOffNamed", PlugOf(one)?.Name ?? ""];

    private string ChannelName(ChannelPower channel) => channel.Name ?? Texts["Channel", channel.Channel];

    private string Sentence(UnusualPlug one) => Texts[
        $"Unusual{one.Kind}", PlugOf(one)?.Name ?? "",
        one.Kind == UnusualKind.More ? PlugWords.Watts(one.Watts) : Duration(one.OnFor),
        one.Kind == UnusualKind.More ? PlugWords.Watts(one.UsualWatts) : Duration(one.UsualOnFor)];

    // What is on is known by hours.
    private string Duration(TimeSpan time) => time.TotalHours < 48
        ? Texts["Hours", Math.Max(1, Math.Round(time.TotalHours))] : Texts.Many("Days", (long)time.TotalDays);

    private int Switches()
    {
        var hash = new HashCode();
        foreach (var channel in Plugs.SelectMany(plug => plug.Channels))
        {
            hash.Add((channel.IsOn, channel.IsSwitchDoubted));
        }

        return hash.ToHashCode();
    }
}
