namespace MqttChat.Web.Accounts.Forms;

/// <summary>
/// What presses of the last minutes were answered, and those that are being answered. In memory only, for the browser that pressed, and
/// bounded: by number, and by network address, so that nobody pushes out the answers of others.
/// </summary>
internal sealed class FormAnswers(TimeProvider clock)
{
    /// <summary>How long a second press is known as one.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private const int Max = 5_000;
    private const int MaxOfAddress = 200;
    private const int MaxWaiting = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Flight> _flights = [];

    /// <summary>
    /// Joins a press to an earlier one of its kind. Where it is the first, the caller answers it, and says so by <see cref="Finish"/>.
    /// </summary>
    /// <param name="press">What was pressed.</param>
    /// <param name="address">From where, for the bound.</param>
    /// <param name="byLink">Whether another drawing of a link's page counts too.</param>
    /// <returns>The flight, and whether it is new; none and new: there are too many, it goes by itself; none and not new: too many wait for it.</returns>
    public (Flight? Flight, bool IsFirst) Join(Press press, string address, bool byLink)
    {
        lock (_gate)
        {
            MakeRoom(address);
            if ((Find(press.Key) ?? (byLink ? Find(press.LinkKey) : null)) is { } same)
            {
                return (same.Take(MaxWaiting) ? same : null, false);
            }

            if (_flights.Count >= Max)
            {
                return (null, true);
            }

            var flight = new Flight(press, address, clock.GetTimestamp());
            foreach (var key in flight.Keys)
            {
                _flights[key] = flight;
            }

            return (flight, true);
        }
    }

    /// <summary>The flight of a link that this browser has used or is using; null where there is none.</summary>
    public Flight? OfLink(string linkKey)
    {
        lock (_gate)
        {
            return Find(linkKey) is { } flight && flight.Take(MaxWaiting) ? flight : null;
        }
    }

    /// <summary>Tells all who wait; null: it came to nothing, and one of them tries anew. Only what is done is kept for later presses.</summary>
    public void Finish(Flight flight, FormAnswer? answer)
    {
        lock (_gate)
        {
            if (answer?.IsDone != true)
            {
                Remove(flight);
            }
        }

        flight.Finish(answer);
    }

    /// <summary>Who signs out of a browser leaves nothing in it to come back by.</summary>
    public void Forget(string browser)
    {
        lock (_gate)
        {
            foreach (var flight in Done().Where(flight => flight.Press.Browser == browser).ToList())
            {
                Remove(flight);
            }
        }
    }

    private Flight? Find(string? key) =>
        key is not null && _flights.TryGetValue(key, out var flight) && !IsOver(flight) ? flight : null;

    private bool IsOver(Flight flight) => flight.Answer.IsCompleted && clock.GetElapsedTime(flight.At) >= Kept;

    private IEnumerable<Flight> Done() => _flights.Values.Where(flight => flight.Answer.IsCompleted);

    private void MakeRoom(string address)
    {
        foreach (var flight in Done().Where(IsOver).ToList())
        {
            Remove(flight);
        }

        var own = Done().Where(flight => flight.Address == address).Distinct().OrderBy(flight => flight.At).ToList();
        foreach (var flight in own.Take(own.Count - MaxOfAddress + 1))
        {
            Remove(flight);
        }
    }

    private void Remove(Flight flight)
    {
        foreach (var key in flight.Keys.Where(key => _flights.GetValueOrDefault(key) == flight))
        {
            _flights.Remove(key);
        }
    }

    /// <summary>A press that is being answered, or was.</summary>
    internal sealed class Flight(Press press, string address, long at)
    {
        private readonly TaskCompletionSource<FormAnswer?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;

        public Press Press { get; } = press;

        public string Address { get; } = address;

        public long At { get; } = at;

        public IEnumerable<string> Keys { get; } = press.LinkKey is { } link ? [press.Key, link] : [press.Key];

        public Task<FormAnswer?> Answer => _done.Task;

        /// <summary>Whether one more may wait for the answer; under the lock of all.</summary>
        public bool Take(int most) => Answer.IsCompleted || _waiting++ < most;

        public void Finish(FormAnswer? answer) => _done.TrySetResult(answer);
    }
}
