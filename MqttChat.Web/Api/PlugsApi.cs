using System.Globalization;
using System.Security.Claims;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Api;

/// <summary>Plugs, their switches and their power.</summary>
internal static class PlugsApi
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(3660);

    public static RouteGroupBuilder MapPlugsApi(this RouteGroupBuilder api)
    {
        api.MapGet("plugs", ListAsync).WithSummary("The plugs the caller may see");
        api.MapPost("plugs/{id:int}/adopt", AdoptAsync).WithSummary("Takes a plug into the house");
        api.MapPost("plugs/{id:int}/follow", FollowAsync).WithSummary("Goes on with the adopted plug of the same hardware address under this one's topic");
        api.MapPost("plugs/{id:int}/channels/{channel}/switch", SwitchAsync).WithSummary("Switches a channel");
        api.MapPatch("plugs/{id:int}/channels/{channel}", ChangeChannelAsync).WithSummary("Names a channel, or says what it can draw");
        api.MapGet("plugs/{id:int}/power", PowerAsync).WithSummary("A plug's past power");
        return api;
    }

    private static async Task<PlugList> ListAsync(
        ClaimsPrincipal user, PowerFeed feed, DeviceRegistry registry, SilenceRule silence, TimeProvider clock, CancellationToken cancellation,
        string? include = null)
    {
        var viewer = user.ToViewer();
        await feed.RefreshAsync(cancellation);
        var now = clock.GetUtcNow();
        var plugs = (await feed.VisibleToAsync(viewer, cancellation)).Select(plug => PlugJson.Of(plug, now)).ToList();
        if (viewer.IsStaff && Includes(include, "discovered"))
        {
            // A plug adopted between the two reads counts as adopted.
            var adopted = plugs.Select(plug => plug.Id).ToHashSet();
            plugs.AddRange((await registry.DiscoveredAsync(viewer, cancellation))
                .Where(heard => !adopted.Contains(heard.Plug.Id)).Select(heard => PlugJson.Of(heard.AsOf(silence, now))));
        }

        return new(plugs, false);
    }

    private static async Task<PlugJson> AdoptAsync(
        int id, AdoptBody body, ClaimsPrincipal user, DeviceRegistry registry, PowerFeed feed, TimeProvider clock, CancellationToken cancellation)
    {
        var viewer = user.ToViewer();
        var plug = await registry.AdoptAsync(viewer, id, body.Name ?? "", body.RoomId, cancellation);
        return await ShownAsync(viewer, plug.Id, feed, clock, cancellation);
    }

    private static async Task<PlugJson> FollowAsync(
        int id, ClaimsPrincipal user, DeviceRegistry registry, PowerFeed feed, TimeProvider clock, CancellationToken cancellation)
    {
        var viewer = user.ToViewer();
        var plug = await registry.FollowAsync(viewer, id, cancellation);
        return await ShownAsync(viewer, plug.Id, feed, clock, cancellation);
    }

    private static async Task<PlugJson> ChangeChannelAsync(
        int id, string channel, ChannelBody body, ClaimsPrincipal user, PlugChannelSettings channels, PowerFeed feed, TimeProvider clock,
        CancellationToken cancellation)
    {
        var viewer = user.ToViewer();
        await channels.ChangeAsync(viewer, id, channel, body.Name, body.LimitWatts, cancellation);
        return await ShownAsync(viewer, id, feed, clock, cancellation);
    }

    private static async Task<PlugJson> ShownAsync(
        Viewer viewer, int id, PowerFeed feed, TimeProvider clock, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var shown = (await feed.VisibleToAsync(viewer, cancellation)).FirstOrDefault(one => one.Id == id);
        return shown is not null ? PlugJson.Of(shown, clock.GetUtcNow()) : throw RefusedException.NotFound("plug");
    }

    private static async Task<IResult> SwitchAsync(
        int id, string channel, SwitchBody body, ClaimsPrincipal user, DeviceRegistry registry, CancellationToken cancellation)
    {
        var on = body.On ?? throw RefusedException.Invalid("plug.onMissing", "on");
        await registry.SwitchAsync(user.ToViewer(), id, channel, on, cancellation);
        return Results.Accepted();
    }

    private static async Task<PowerJson> PowerAsync(
        int id, ClaimsPrincipal user, PowerHistory history, TimeProvider clock, CancellationToken cancellation,
        string? from = null, string? to = null, string? resolution = null)
    {
        var end = ParseTime(to, "to") ?? clock.GetUtcNow();
        var start = ParseTime(from, "from") ?? end - (end - DateTimeOffset.MinValue < Day ? TimeSpan.Zero : Day);
        if (start >= end)
        {
            throw RefusedException.Invalid("plug.timeOrder", "from");
        }

        if (end - start > LongestTime)
        {
            throw RefusedException.Invalid("plug.timeTooLong", "from");
        }

        var series = await history.OfPlugAsync(user.ToViewer(), id, start, end, ParseResolution(resolution), cancellation);
        return new(Word(series.Resolution), [.. series.Points.Where(point => point.Watts is not null || point.MinWatts is not null)
            .Select(point => new PowerPointJson(point.Channel, point.At, point.Watts, point.MinWatts, point.MaxWatts))]);
    }

    private static bool Includes(string? include, string what) =>
        include?.Split(',', StringSplitOptions.TrimEntries).Contains(what, StringComparer.OrdinalIgnoreCase) == true;

    // A time without a zone would mean another instant on another machine; it is taken as UTC.
    private static DateTimeOffset? ParseTime(string? text, string field)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        // "+" of an offset arrives as a space from callers that do not encode it.
        return DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw RefusedException.Invalid("plug.timeMalformed", field);
    }

    private static HistoryResolution ParseResolution(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" or "auto" => HistoryResolution.Auto,
        "raw" => HistoryResolution.Raw,
        "5m" or "fiveminutes" => HistoryResolution.FiveMinutes,
        "1h" or "hour" => HistoryResolution.Hour,
        _ => throw RefusedException.Invalid("plug.resolutionUnknown", "resolution"),
    };

    private static string Word(HistoryResolution resolution) => resolution switch
    {
        HistoryResolution.Raw => "raw",
        HistoryResolution.FiveMinutes => "fiveMinutes",
        HistoryResolution.Hour => "hour",
        _ => "auto",
    };
}
