using MqttChat.Domain.Rooms;

namespace MqttChat.Web.Rooms;

/// <summary>
/// The room with the newest message stands on top, but nothing moves under the finger, the pointer or the focus of whoever is about to
/// choose: the order that is shown stays while one of them is in the list.
/// </summary>
public sealed partial class RoomList
{
    /// <summary>From line to line the focus is nowhere for a moment, and a finger is lifted before its tap counts.</summary>
    internal static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>A pointer that came longer ago holds the order no longer: it may have been left lying there.</summary>
    internal static readonly TimeSpan PointerHoldsFor = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _pointerSince;
    private bool _hasFocus;
    private int _settling;

    private bool IsOrderHeld => _hasFocus || _settling > 0 || clock.GetUtcNow() - _pointerSince < PointerHoldsFor;

    private void PointerCame() => _pointerSince = clock.GetUtcNow();

    private void FocusCame() => _hasFocus = true;

    private Task PointerLeftAsync()
    {
        _pointerSince = null;
        return SettleAsync();
    }

    private Task FocusLeftAsync()
    {
        _hasFocus = false;
        return SettleAsync();
    }

    private async Task SettleAsync()
    {
        _settling++;
        await Task.Delay(Settle, clock);
        if (--_settling == 0)
        {
            _renders?.Request();
        }
    }

    // What is new in the list comes below what stands there; the order by messages is made good once nobody is in it.
    private IEnumerable<RoomSummary> InOrder(IEnumerable<RoomSummary> newestFirst)
    {
        if (!IsOrderHeld)
        {
            return newestFirst;
        }

        var places = _rooms.Select((room, place) => (room.Id, place)).ToDictionary(one => one.Id, one => one.place);
        return newestFirst.OrderBy(room => places.GetValueOrDefault(room.Id, int.MaxValue));
    }
}
