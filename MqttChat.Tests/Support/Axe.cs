using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MqttChat.Tests.Support;

/// <summary>What keeps people out who do not see, hear or point as most do: axe's rules.</summary>
internal static class Axe
{
    /// <summary>What is serious or critical on the page as it is drawn now, a line each.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page)
    {
        var found = await page.RunAxe();
        return [.. found.Violations.Where(rule => rule.Impact is "serious" or "critical").Select(rule =>
            $"{new Uri(page.Url).AbsolutePath}: {rule.Id}, {rule.Help}: {string.Join(" | ", rule.Nodes.Take(3).Select(Told))}")];
    }

    private static string Told(AxeResultNode node) => $"{node.Html} ({string.Join("; ", node.Any.Select(check => check.Message))})";
}
