using MqttChat.Tests.Accounts.Household;
using MqttChat.Tests.Chat;
using MqttChat.Tests.Demo;
using MqttChat.Tests.Devices;
using MqttChat.Tests.Rooms;
using MqttChat.Tests.Telemetry;
using MqttChat.Tests.Telemetry.Freshness;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Persistence;

// The tests of the stores once more, on PostgreSQL: what a class tests stands where it is inherited from.

public sealed class HouseSettingsOnPostgres : HouseSettingsTests
{
    public HouseSettingsOnPostgres() => TestEngine.UsePostgres();
}

public sealed class ChangeOnPostgres : ChangeTests
{
    public ChangeOnPostgres() => TestEngine.UsePostgres();
}

public sealed class MessageIdOnPostgres : MessageIdTests
{
    public MessageIdOnPostgres() => TestEngine.UsePostgres();
}

public sealed class PostOnPostgres : PostTests
{
    public PostOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RoomFeedOnPostgres : RoomFeedTests
{
    public RoomFeedOnPostgres() => TestEngine.UsePostgres();
}

public sealed class DemoHistoryOnPostgres : DemoHistoryTests
{
    public DemoHistoryOnPostgres() => TestEngine.UsePostgres();
}

public sealed class DeviceRegistryOnPostgres : DeviceRegistryTests
{
    public DeviceRegistryOnPostgres() => TestEngine.UsePostgres();
}

public sealed class FirstStepsOnPostgres : FirstStepsTests
{
    public FirstStepsOnPostgres() => TestEngine.UsePostgres();
}

public sealed class PlugChannelSettingsOnPostgres : PlugChannelSettingsTests
{
    public PlugChannelSettingsOnPostgres() => TestEngine.UsePostgres();
}

public sealed class PlugCredentialsOnPostgres : PlugCredentialsTests
{
    public PlugCredentialsOnPostgres() => TestEngine.UsePostgres();
}

public sealed class PlugDiscoveryOnPostgres : PlugDiscoveryTests
{
    public PlugDiscoveryOnPostgres() => TestEngine.UsePostgres();
}

public sealed class PlugRelaysOnPostgres : PlugRelaysTests
{
    public PlugRelaysOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RoomAdministrationOnPostgres : RoomAdministrationTests
{
    public RoomAdministrationOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RoomInvitationOnPostgres : RoomInvitationTests
{
    public RoomInvitationOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RoomLimitOnPostgres : RoomLimitTests
{
    public RoomLimitOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RoomListOnPostgres : RoomListTests
{
    public RoomListOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RoomOnPostgres : RoomTests
{
    public RoomOnPostgres() => TestEngine.UsePostgres();
}

public sealed class BacklogByHourOnPostgres : BacklogByHourTests
{
    public BacklogByHourOnPostgres() => TestEngine.UsePostgres();
}

public sealed class BacklogOnPostgres : BacklogTests
{
    public BacklogOnPostgres() => TestEngine.UsePostgres();
}

public sealed class ChannelLimitOnPostgres : ChannelLimitTests
{
    public ChannelLimitOnPostgres() => TestEngine.UsePostgres();
}

public sealed class EnergyIngestOnPostgres : EnergyIngestTests
{
    public EnergyIngestOnPostgres() => TestEngine.UsePostgres();
}

public sealed class HouseStayOnPostgres : HouseStayTests
{
    public HouseStayOnPostgres() => TestEngine.UsePostgres();
}

public sealed class IngestLeasesOnPostgres : IngestLeasesTests
{
    public IngestLeasesOnPostgres() => TestEngine.UsePostgres();
}

public sealed class PlugShapeOnPostgres : PlugShapeTests
{
    public PlugShapeOnPostgres() => TestEngine.UsePostgres();
}

public sealed class PowerFeedOnPostgres : PowerFeedTests
{
    public PowerFeedOnPostgres() => TestEngine.UsePostgres();
}

public sealed class ReadingsAheadOnPostgres : ReadingsAheadTests
{
    public ReadingsAheadOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RedeliveryOnPostgres : RedeliveryTests
{
    public RedeliveryOnPostgres() => TestEngine.UsePostgres();
}

public sealed class ReportIngestOnPostgres : ReportIngestTests
{
    public ReportIngestOnPostgres() => TestEngine.UsePostgres();
}

public sealed class TelemetryRetentionOnPostgres : TelemetryRetentionTests
{
    public TelemetryRetentionOnPostgres() => TestEngine.UsePostgres();
}

public sealed class UnusualPowerOnPostgres : UnusualPowerTests
{
    public UnusualPowerOnPostgres() => TestEngine.UsePostgres();
}

public sealed class RetainedStateOnPostgres : RetainedStateTests
{
    public RetainedStateOnPostgres() => TestEngine.UsePostgres();
}

public sealed class SwitchDoubtOnPostgres : SwitchDoubtTests
{
    public SwitchDoubtOnPostgres() => TestEngine.UsePostgres();
}
