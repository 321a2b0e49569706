using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.Localization;
using MqttChat.Web.Rooms;

namespace MqttChat.Web.Chat;

/// <summary>The rows of a room's messages. It renders only when it is given another list.</summary>
public sealed class MessageList(IStringLocalizer<ChatTexts> texts, IStringLocalizer<RoomTexts> roomWords, ILogger<MessageList> log) : ComponentBase
{
    private List<ChatRow> _rows = [];
    private List<string> _html = [];
    private bool _changed;

    /// <summary>A list of <see cref="ChatRow"/>, ascending by sequence and without gaps.</summary>
    [Parameter, EditorRequired]
    public required object Rows { get; set; }

    /// <summary>How often it was rendered; for tests.</summary>
    internal int Renders { get; private set; }

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        var rows = (List<ChatRow>)Rows;
        if (ReferenceEquals(rows, _rows))
        {
            return;
        }

        (_html, _rows, _changed) = ([.. rows.Select(HtmlOf)], rows, true);
    }

    /// <inheritdoc />
    protected override bool ShouldRender() => _changed;

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        _changed = false;
        Renders++;

        // The message's own number in place of a line's: it names the row, so that Blazor finds what is new, changed or gone
        // in one pass, without a component or a key for each row.
#pragma warning disable ASP0006 // Not a line of the source on purpose.
        for (var i = 0; i < _rows.Count; i++)
        {
            builder.AddMarkupContent(checked((int)_rows[i].Message.Sequence), _html[i]);
        }
#pragma warning restore ASP0006
    }

    private string HtmlOf(ChatRow row)
    {
        var index = _rows.Count > 0 ? row.Message.Sequence - _rows[0].Message.Sequence : -1;
        return index >= 0 && index < _rows.Count && ReferenceEquals(_rows[(int)index], row) ? _html[(int)index] : MessageHtml.Of(row, texts, roomWords, log);
    }
}
