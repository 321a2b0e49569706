using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts.Tags;

/// <summary>What people tell of themselves on their profile ("unit: 203"), for the lists in which others see them.</summary>
internal static class PersonTags
{
    /// <summary>The tags of these people, each person's by label; people without any are not in it.</summary>
    public static async Task<ILookup<string, KeyValuePair<string, string>>> OfAsync(
        HouseDbContext house, IReadOnlyCollection<string> people, CancellationToken cancellation)
    {
        var tags = await house.UserTags.AsNoTracking().Where(tag => people.Contains(tag.UserId))
            .OrderBy(tag => tag.UserId).ThenBy(tag => tag.Key).Take(people.Count * AccountRules.MaxTags).ToListAsync(cancellation);
        return tags.OrderBy(tag => tag.Key, NameOrder.Names).ToLookup(tag => tag.UserId, tag => KeyValuePair.Create(tag.Key, tag.Value));
    }
}
