using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MqttChat.Tests.Support;

/// <summary>A line so slow that a page comes in steps: each waits until the test lets it go.</summary>
internal sealed class HeldPage(IPage page)
{
    private readonly Dictionary<string, (TaskCompletionSource Reached, TaskCompletionSource Go)> _steps = [];

    /// <summary>The framework's script: before it has come, nothing but the page itself is there.</summary>
    public const string Script = @"/_framework/blazor\.web\.";

    /// <summary>The page's circuit: until it is there, the page is only drawn.</summary>
    public const string Circuit = "/_blazor/negotiate";

    /// <summary>The room's own script: until it is there, the page is live, but not its composer.</summary>
    public const string RoomScript = @"/Chat/RoomChat\.razor\.";

    /// <summary>Opens <paramref name="path"/>, and holds these steps.</summary>
    public async Task OpenAsync(string path, params string[] steps)
    {
        foreach (var step in steps)
        {
            var (reached, go) = _steps[step] = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
            await page.RouteAsync(new Regex(step), async route =>
            {
                reached.TrySetResult();
                await go.Task;
                await route.FallbackAsync();
            });
        }

        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Commit });
    }

    /// <summary>The page has come as far as this step, which does not go on.</summary>
    public Task ReachesAsync(string step) => Eventually.DoneAsync(_steps[step].Reached.Task, TimeSpan.FromSeconds(60), step);

    public void LetGo(string step) => _steps[step].Go.TrySetResult();
}
