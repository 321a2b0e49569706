using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace MqttChat.Tests.Support;

/// <summary>One element or text of a page as the circuit drew it.</summary>
public sealed class CircuitNode
{
    /// <summary>The element's name; empty for texts, markup and the roots of components.</summary>
    public string Name { get; init; } = "";

    /// <summary>A text or markup.</summary>
    public string? Content { get; set; }

    /// <summary>Whether the content is HTML; the text of it is that HTML.</summary>
    public bool IsMarkup { get; init; }

    public Dictionary<string, string?> Attributes { get; } = [];

    /// <summary>Numbers of the event handlers, by attribute (<c>onclick</c>).</summary>
    public Dictionary<string, ulong> Handlers { get; } = [];

    public List<CircuitNode> Children { get; } = [];

    /// <summary>All text in it, in order.</summary>
    public string Text => Content ?? string.Concat(Children.Select(child => child.Text));

    /// <summary>Everything below, in order.</summary>
    public IEnumerable<CircuitNode> Descendants() => Children.SelectMany(child => child.Descendants().Prepend(child));

    /// <summary>Whether it carries the class.</summary>
    public bool HasClass(string name) => Attributes.GetValueOrDefault("class")?.Split(' ').Contains(name) == true;
}

/// <summary>
/// The page as a browser would have it after every batch so far: applies render batches as Blazor's <c>BrowserRenderer</c> does,
/// and counts how often each component was drawn.
/// </summary>
public sealed partial class CircuitPicture
{
    private const int EditSize = 16;
    private const int FrameSize = 20;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, CircuitNode> _components = [];
    private readonly Dictionary<int, List<long>> _renders = [];
    private readonly HashSet<int> _inside = [];

    /// <summary>Every element that is shown and fits; a copy of the list, the nodes live on.</summary>
    public List<CircuitNode> Find(Func<CircuitNode, bool> fits)
    {
        lock (_gate)
        {
            return [.. _components.Where(pair => !_inside.Contains(pair.Key)).SelectMany(pair => pair.Value.Descendants()).Where(fits)];
        }
    }

    /// <summary>The texts of a room's messages, in order.</summary>
    public List<string> Messages()
    {
        lock (_gate)
        {
            // A row is one piece of markup; in its text stand links at most.
            return [.. Find(node => node.IsMarkup).Select(row => MessagePattern().Match(row.Content ?? "")).Where(match => match.Success)
                .Select(match => WebUtility.HtmlDecode(TagPattern().Replace(match.Groups[1].Value, "")))];
        }
    }

    /// <summary>
    /// The most often that any one component was drawn within any <paramref name="span"/>, after <paramref name="from"/>, and by
    /// what it shows which one that is.
    /// </summary>
    public (int Times, string Component) MostRenders(long from, TimeSpan span)
    {
        lock (_gate)
        {
            return _renders.Select(one => (Most([.. one.Value.Where(at => at >= from)], span), Describe(one.Key))).DefaultIfEmpty().Max();
        }
    }

    /// <summary>Takes in a batch.</summary>
    public void Apply(long at, ReadOnlySpan<byte> batch)
    {
        lock (_gate)
        {
            var reader = new Batch(batch);
            for (var i = 0; i < reader.Count(reader.Updated); i++)
            {
                var diff = reader.Entry(reader.Updated, i);
                var component = reader.Int(diff);
                (_renders.TryGetValue(component, out var times) ? times : _renders[component] = []).Add(at);
                Edit(reader, diff, ComponentNode(component));
            }

            for (var i = 0; i < reader.Count(reader.Disposed); i++)
            {
                var gone = reader.Entry(reader.Disposed, i);
                _components.Remove(gone);
                _inside.Remove(gone);
                _renders.Remove(gone);
            }
        }
    }

    private string Describe(int component) =>
        _components.GetValueOrDefault(component)?.Descendants().FirstOrDefault(node => node.Name.Length > 0) is { } first
            ? $"{first.Name}.{first.Attributes.GetValueOrDefault("class")}"
            : "";

    private static int Most(List<long> times, TimeSpan span)
    {
        var (most, first) = (0, 0);
        var ticks = span.TotalSeconds * System.Diagnostics.Stopwatch.Frequency;
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= ticks)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    private CircuitNode ComponentNode(int id) => _components.TryGetValue(id, out var node) ? node : _components[id] = new CircuitNode();

    // Kinds of edits and frames: src/Components/Components/src/RenderTree in dotnet/aspnetcore.
    private void Edit(in Batch batch, int diff, CircuitNode root)
    {
        var path = new Stack<CircuitNode>();
        var here = root;
        List<(int From, int To)> moves = [];
        for (int i = 0, count = batch.Int(diff + 4); i < count; i++)
        {
            var edit = diff + 8 + (i * EditSize);
            var (kind, sibling, index) = (batch.Int(edit), batch.Int(edit + 4), batch.Int(edit + 8));
            switch (kind)
            {
                case 1:
                    Insert(batch, index, here, sibling);
                    break;
                case 2:
                    here.Children.RemoveAt(sibling);
                    break;
                case 3:
                    SetAttribute(batch, batch.Frame(index), here.Children[sibling]);
                    break;
                case 4:
                    here.Children[sibling].Attributes.Remove(batch.Text(edit + 12)!);
                    here.Children[sibling].Handlers.Remove(batch.Text(edit + 12)!);
                    break;
                case 5 or 8:
                    here.Children[sibling].Content = batch.Text(batch.Frame(index) + 4);
                    break;
                case 6:
                    path.Push(here);
                    here = here.Children[sibling];
                    break;
                case 7:
                    here = path.Pop();
                    break;
                case 9:
                    moves.Add((sibling, index));
                    break;
                case 10:
                    Move(here, moves);
                    break;
            }
        }
    }

    private static void Move(CircuitNode parent, List<(int From, int To)> moves)
    {
        var before = parent.Children.ToArray();
        foreach (var (from, to) in moves)
        {
            parent.Children[to] = before[from];
        }

        moves.Clear();
    }

    /// <summary>Inserts the frame and what is below it; how many nodes that makes in the parent.</summary>
    private int Insert(in Batch batch, int index, CircuitNode parent, int at)
    {
        var frame = batch.Frame(index);
        switch (batch.Int(frame))
        {
            case 1:
                var element = new CircuitNode { Name = batch.Text(frame + 8)! };
                parent.Children.Insert(at, element);
                InsertBelow(batch, index, element, 0);
                return 1;
            case 2 or 8:
                parent.Children.Insert(at, new CircuitNode { Content = batch.Text(frame + 4), IsMarkup = batch.Int(frame) == 8 });
                return 1;
            case 4:
                var id = batch.Int(frame + 8);
                _inside.Add(id);
                parent.Children.Insert(at, ComponentNode(id));
                return 1;
            case 5:
                return InsertBelow(batch, index, parent, at);
            default:
                return 0;
        }
    }

    private int InsertBelow(in Batch batch, int index, CircuitNode parent, int at)
    {
        var (end, inserted) = (index + batch.Int(batch.Frame(index) + 4), 0);
        for (var child = index + 1; child < end;)
        {
            var frame = batch.Frame(child);
            if (batch.Int(frame) == 3)
            {
                SetAttribute(batch, frame, parent);
            }
            else
            {
                inserted += Insert(batch, child, parent, at + inserted);
            }

            // Elements, components and regions span what is below them.
            child += batch.Int(frame) is 1 or 4 or 5 ? batch.Int(frame + 4) : 1;
        }

        return inserted;
    }

    private static void SetAttribute(in Batch batch, int frame, CircuitNode element)
    {
        var name = batch.Text(frame + 4)!;
        if (batch.Long(frame + 12) is > 0 and var handler)
        {
            element.Handlers[name] = handler;
        }
        else
        {
            element.Attributes[name] = batch.Text(frame + 8);
        }
    }

    [GeneratedRegex("<article .*?<span class=\"text[^>]*>(.*?)</span>", RegexOptions.Singleline)]
    private static partial Regex MessagePattern();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex TagPattern();

    /// <summary>A batch's five tables stand at its end: updated components, frames, disposed components and handlers, texts.</summary>
    private readonly ref struct Batch(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Updated => Int(_bytes.Length - 20);

        public int Disposed => Int(_bytes.Length - 12);

        public int Count(int table) => Int(table);

        public int Entry(int table, int index) => Int(table + 4 + (index * 4));

        public int Frame(int index) => Int(_bytes.Length - 16) + 4 + (index * FrameSize);

        public int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes[at..]);

        public ulong Long(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at..]);

        public string? Text(int at)
        {
            var index = Int(at);
            if (index < 0)
            {
                return null;
            }

            var start = Int(Int(_bytes.Length - 4) + (index * 4));
            var (length, shift) = (0, 0);
            byte part;
            do
            {
                part = _bytes[start++];
                length |= (part & 0x7F) << shift;
                shift += 7;
            }
            while (part > 0x7F);
            return Encoding.UTF8.GetString(_bytes.Slice(start, length));
        }
    }
}
