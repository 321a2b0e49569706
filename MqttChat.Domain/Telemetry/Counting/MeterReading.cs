namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>A reading as the energy account sees it.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="ActivePowerWatts">Watts, or null; negative is export.</param>
/// <param name="EnergyKilowattHours">The counter in kWh, or null.</param>
public readonly record struct MeterReading(DateTimeOffset At, double? ActivePowerWatts, double? EnergyKilowattHours);

/// <summary>What one reading adds: consumed evenly between <paramref name="From"/> and <paramref name="To"/>.</summary>
public readonly record struct EnergyStep(DateTimeOffset From, DateTimeOffset To, double KilowattHours);

/// <summary>A break of the counter that was decided. A later decision about the same moment replaces it.</summary>
/// <param name="At">The first reading that did not fit.</param>
/// <param name="Kind">What it turned out to be.</param>
/// <param name="FromKilowattHours">The counter before it, in kWh.</param>
/// <param name="ToKilowattHours">The counter after it, in kWh.</param>
public readonly record struct EnergyBreak(DateTimeOffset At, MeterResetKind Kind, double FromKilowattHours, double ToKilowattHours);

/// <summary>What a fold step came to.</summary>
/// <param name="Account">The account after the reading.</param>
/// <param name="Step">The energy that the reading adds; never negative.</param>
/// <param name="Earlier">Energy of readings that were held until this one decided; never negative.</param>
/// <param name="Break">The break that the reading decided.</param>
/// <param name="Watts">The power that is believed; null without one, or while it is held.</param>
public readonly record struct EnergyResult(
    EnergyAccount Account, EnergyStep? Step = null, EnergyStep? Earlier = null, EnergyBreak? Break = null, double? Watts = null);
