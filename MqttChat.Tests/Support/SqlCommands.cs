using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MqttChat.Tests.Support;

/// <summary>
/// Counts the commands that the entities send to the databases of one folder; other tests run beside. Made before the house: the
/// framework looks once a second whether somebody listens, with each context of its pool.
/// </summary>
internal sealed class SqlCommands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];
    private volatile string? _folder;
    private int _count;

    public SqlCommands() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    public int Count => Volatile.Read(ref _count);

    /// <summary>From now on it counts those of this folder.</summary>
    public void Watch(string folder) => _folder = folder;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
        {
            _subscriptions.Add(value.Subscribe(this, name => name == RelationalEventId.CommandExecuted.Name));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandExecutedEventData { Command: DbCommand { Connection: { } connection } }
            && _folder is { } folder && connection.DataSource.StartsWith(folder, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        while (_subscriptions.TryTake(out var subscription))
        {
            subscription.Dispose();
        }
    }
}
