using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Devices;

/// <summary>The rows of plugs that were heard. Several instances hear the same plugs: whoever writes second finds the row.</summary>
internal sealed class HeardPlugRows(IDbContextFactory<HouseDbContext> houses)
{
    /// <summary>Every plug with its channels.</summary>
    public async Task<List<Plug>> ReadAsync(CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        return await house.Plugs.AsNoTracking().Include(plug => plug.Channels).OrderBy(plug => plug.Id).ToListAsync(cancellation);
    }

    /// <summary>Stores what is new, and takes the pruned rows away; true when a row changed.</summary>
    public async Task<bool> WriteAsync(DiscoveredPlugs plugs, int most, CancellationToken cancellation)
    {
        var (dirty, pruned) = plugs.TakeWork(most);
        if (dirty.Count > 0)
        {
            try
            {
                await WriteAsync(plugs, dirty, cancellation);
            }
            catch (DbUpdateException)
            {
                // Another instance was quicker with one of them: now its row is found.
                await WriteAsync(plugs, dirty, cancellation);
            }
        }

        foreach (var some in pruned.Chunk(500))
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            await house.Plugs.Where(plug => some.Contains(plug.Id) && plug.AdoptedAt == null && plug.IgnoredAt == null)
                .ExecuteDeleteAsync(cancellation);
        }

        return dirty.Count > 0 || pruned.Count > 0;
    }

    /// <summary>An adopted plug announced itself anew.</summary>
    public async Task UpdateAsync(int plugId, HeardPlug heard, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        if (await house.Plugs.Include(plug => plug.Channels).SingleOrDefaultAsync(plug => plug.Id == plugId, cancellation) is { } row)
        {
            row.Take(heard);
            await house.SaveChangesAsync(cancellation);
        }
    }

    private async Task WriteAsync(DiscoveredPlugs plugs, IReadOnlyList<DiscoveredEntry> dirty, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var facts = dirty.Select(plugs.FactsOf).ToList();
        var rows = await FindRowsAsync(house, facts.Select(fact => fact.Id), facts.Select(fact => fact.Heard.TopicTemplate), cancellation);
        var written = new List<(DiscoveredEntry Entry, Plug Row)>();
        foreach (var (entry, id, heard, firstHeardAt) in facts)
        {
            var row = rows.Find(row => row.Id == id)
                ?? rows.Find(row => row.Family == heard.Family && row.TopicTemplate == heard.TopicTemplate && row.Address == heard.Address);
            if (row is null)
            {
                row = heard.ToPlug(firstHeardAt);
                house.Plugs.Add(row);
            }
            else
            {
                row.Take(heard);
            }

            written.Add((entry, row));
        }

        await house.SaveChangesAsync(cancellation);
        foreach (var (entry, row) in written)
        {
            plugs.Stored(entry, row);
        }
    }

    private static Task<List<Plug>> FindRowsAsync(
        HouseDbContext house, IEnumerable<int> ids, IEnumerable<string> templates, CancellationToken cancellation)
    {
        return Rows(house, [.. ids.Where(id => id != 0)], [.. templates]).ToListAsync(cancellation);
    }

    /// <summary>The rows with those ids or topics; at most some hundred of each, so that every one is a parameter of its own.</summary>
    internal static IQueryable<Plug> Rows(HouseDbContext house, int[] ids, string[] templates) =>
        house.Plugs.Include(plug => plug.Channels).Where(plug => ids.Contains(plug.Id) || templates.Contains(plug.TopicTemplate));
}
