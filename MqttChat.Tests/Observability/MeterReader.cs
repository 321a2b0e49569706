using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;

namespace MqttChat.Tests.Observability;

/// <summary>Reads the meter of one host, as a collector does; other hosts of the test process have meters of the same name.</summary>
internal sealed class MeterReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = [];

    public MeterReader(IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == HouseActivities.Name && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                Instruments.Add(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public SortedSet<string> Instruments { get; } = [];

    /// <summary>The values now, by instrument and tag's value.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        _listener.RecordObservableInstruments();
        lock (_values)
        {
            return new Dictionary<string, double>(_values);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_values)
        {
            _values[tags.Length == 0 ? instrument.Name : $"{instrument.Name}/{tags[0].Value}"] = value;
        }
    }
}
