using System.Text.Json;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>
/// Reads the JSON of a Tasmota message by what it holds, not by its topic: the same objects come under many topics (SENSOR, STATUS8,
/// RESULT; option 4 renames topics). Of a key that stands twice the last counts.
/// </summary>
internal ref struct TasmotaBody(TasmotaDialect dialect, bool isFlatEnergy)
{
    private TasmotaMeter _energy;
    private TasmotaMeter _clamps;
    private TasmotaMeter _smartMeter;
    private uint _relays;
    private uint _relaysOn;
    private ReportTime? _time;
    private bool _timeIsEpoch;
    private string? _unread;

    /// <summary>There was an energy object, with or without values that we read.</summary>
    public bool SawEnergy { get; private set; }

    /// <summary>Another firmware (OpenBeken) that borrows the topics, but not the units.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>Reads the object that the reader stands at the start of, to its end.</summary>
    public void Read(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("Time"u8))
            {
                json.Read();
                ReadTime(ref json);
            }
            else if (json.ValueTextEquals("Epoch"u8))
            {
                json.Read();
                ReadTime(ref json);
            }
            else if (json.ValueTextEquals("ENERGY"u8) || json.ValueTextEquals("StatusPWR"u8))
            {
                json.Read();
                ReadEnergy(ref json);
            }
            else if (json.ValueTextEquals("StatusSNS"u8) || json.ValueTextEquals("StatusSTS"u8) || json.ValueTextEquals("sn"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.StartObject)
                {
                    Read(ref json);
                }
                else
                {
                    json.Skip();
                }
            }
            else if (json.ValueTextEquals("ANALOG"u8))
            {
                json.Read();
                ReadClamps(ref json);
            }
            else if (!ReadRelay(ref json) && !(isFlatEnergy && ReadEnergyField(ref json)))
            {
                json.Read();
                ReadSmartMeter(ref json);
            }
        }
    }

    /// <summary>What was read.</summary>
    public readonly PlugReading ToReading()
    {
        var channels = new List<ChannelReading>(1);
        var meter = !_energy.IsEmpty ? _energy : !_clamps.IsEmpty ? _clamps : _smartMeter;
        TasmotaChannels.Add(in meter, channels);
        for (var number = 1; _relays >> (number - 1) != 0; number++)
        {
            if ((_relays >> (number - 1) & 1) != 0)
            {
                TasmotaChannels.Switch(number, (_relaysOn >> (number - 1) & 1) != 0, channels);
            }

            if (number == TasmotaChannels.Most)
            {
                break;
            }
        }

        return channels.Count > 0 ? new(ReadingKind.Report, channels, Time: _time, UnreadableReason: _unread)
            : _unread is { } reason ? PlugReading.Unreadable(reason)
            : PlugReading.Nothing;
    }

    private void ReadTime(ref Utf8JsonReader json)
    {
        var time = TasmotaTime.Read(ref json, out var isEpoch);

        // With Time 2 both are there; the one that needs no zone is the better one.
        if (time is not null && (isEpoch || !_timeIsEpoch))
        {
            (_time, _timeIsEpoch) = (time, isEpoch);
        }
    }

    private void ReadEnergy(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        SawEnergy = true;
        _energy = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadEnergyField(ref json))
            {
                json.Read();
                json.Skip();
            }
        }
    }

    private bool ReadEnergyField(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("Power"u8))
        {
            json.Read();
            _energy.Watts = TasmotaNumbers.Many(ref json, isPower: true, ref _unread);
            return true;
        }

        if (json.ValueTextEquals("Total"u8))
        {
            json.Read();
            _energy.KilowattHours = TasmotaNumbers.Many(ref json, isPower: false, ref _unread);
            return true;
        }

        IsForeign |= json.ValueTextEquals("ConsumptionTotal"u8);
        return false;
    }

    /// <summary>"ANALOG":{"CTEnergy1":{"Energy":0.5,"Power":2300}}: clamps around a wire, numbered where there are several.</summary>
    private void ReadClamps(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isClamp = json.ValueSpan.StartsWith("CTEnergy"u8);
            var number = TasmotaNumbers.TrailingNumber(ref json) ?? 1;
            json.Read();
            if (!isClamp || json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            ReadPair(ref json, "Power"u8, "Power"u8, "Energy"u8, ref _clamps, number);
        }
    }

    /// <summary>
    /// "SML":{"Total_in":…,"Power_curr":…}: a smart meter's reader. The object's name comes from the user's script, so its
    /// fields tell it.
    /// </summary>
    private void ReadSmartMeter(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.StartObject && _smartMeter.IsEmpty)
        {
            ReadPair(ref json, "Power_curr"u8, "Power_cur"u8, "Total_in"u8, ref _smartMeter, 1);
        }
        else
        {
            json.Skip();
        }
    }

    private void ReadPair(
        ref Utf8JsonReader json, ReadOnlySpan<byte> power, ReadOnlySpan<byte> orPower, ReadOnlySpan<byte> energy,
        ref TasmotaMeter meter, int number)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isPower = json.ValueTextEquals(power) || json.ValueTextEquals(orPower);
            var isEnergy = json.ValueTextEquals(energy);
            json.Read();
            if (!isPower && !isEnergy)
            {
                json.Skip();
            }
            else if (TasmotaNumbers.One(ref json, isPower, ref _unread) is { } value)
            {
                SawEnergy = true;
                (isPower ? ref meter.Watts : ref meter.KilowattHours).Set(number, value);
            }
        }
    }

    private bool ReadRelay(ref Utf8JsonReader json)
    {
        var name = json.ValueSpan;
        if (name.Length is < 5 or > 7 || !name.StartsWith("POWER"u8))
        {
            return false;
        }

        Span<char> characters = stackalloc char[name.Length];
        System.Text.Ascii.ToUtf16(name, characters, out _);
        if (TasmotaTopics.RelayOf(characters) is not { } number)
        {
            return false;
        }

        json.Read();
        if (TasmotaWords.Switched(ref json, dialect) is { } isOn)
        {
            var bit = 1u << (number - 1);
            _relays |= bit;
            _relaysOn = isOn ? _relaysOn | bit : _relaysOn & ~bit;
        }

        return true;
    }
}
