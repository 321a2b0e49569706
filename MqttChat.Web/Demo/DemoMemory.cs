using System.Text.Json;

namespace MqttChat.Web.Demo;

/// <summary>What the demo must know of its earlier starts: a small file beside its stores.</summary>
internal sealed class DemoMemory(string directory, TimeZoneInfo zone, TimeProvider clock)
{
    private readonly string _file = Path.Combine(directory, "demo.json");

    private sealed record Content(DateTimeOffset MadeAt, bool IsFurnished);

    /// <summary>Where everything of the demo lies; deleted, it begins anew.</summary>
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>What the clock on the house's wall shows.</summary>
    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>When the house was opened first: everything in it happens around that moment.</summary>
    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>Rooms, people and their talk are all there; from then on they are left to whoever uses the house.</summary>
    public bool IsFurnished { get; private set; }

    /// <summary>Reads it, and notes the first start.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        if (Read(await TextAsync(cancellation)) is { } content)
        {
            (MadeAt, IsFurnished) = content;
            return;
        }

        var now = clock.GetUtcNow();
        MadeAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        await WriteAsync(cancellation);
    }

    /// <summary>Notes that all is there.</summary>
    public Task FurnishedAsync(CancellationToken cancellation)
    {
        IsFurnished = true;
        return WriteAsync(cancellation);
    }

    private async Task<string?> TextAsync(CancellationToken cancellation) =>
        File.Exists(_file) ? await File.ReadAllTextAsync(_file, cancellation) : null;

    private static Content? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<Content>(text);
        }
        catch (JsonException)
        {
            // Somebody has been at it: the house is furnished anew around what it holds.
            return null;
        }
    }

    // Renamed into place, so that a kill leaves the old one or the new one.
    private async Task WriteAsync(CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(_file + ".new", JsonSerializer.Serialize(new Content(MadeAt, IsFurnished)), cancellation);
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
