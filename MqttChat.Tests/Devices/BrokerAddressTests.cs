using Microsoft.Extensions.Options;
using MqttChat.Tests.Mqtt;
using MqttChat.Web.Devices;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Devices;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("broker.house", "", 0, "http://192.168.1.5:5080", "broker.house", 1884)]
    [InlineData("10.0.0.9", "", 0, "http://localhost:5080", "10.0.0.9", 1884)]
    [InlineData("mosquitto", "", 0, "http://192.168.1.5:5080", "192.168.1.5", 1884)]
    [InlineData("localhost", "", 0, "http://192.168.1.5:5080", "192.168.1.5", 1884)]
    [InlineData("mosquitto", "plugs.house", 1883, "http://192.168.1.5:5080", "plugs.house", 1883)]
    [InlineData("", "", 0, "http://192.168.1.5:5080", "192.168.1.5", 1884)]
    public async Task Address_IsOneThatAPlugReaches(string host, string plugHost, int plugPort, string site, string expected, int port)
    {
        var settings = new MqttOptions { Host = host, Port = 1884, PlugHost = plugHost, PlugPort = plugPort };
        await using var rig = new MqttRig(settings);

        var address = new BrokerAddress(Options.Create(settings), rig.Embedded).For(new Uri(site));

        Assert.Equal((expected, port), (address.Host, address.Port));
    }

    [Fact]
    public async Task Address_SeenFromThisMachine_IsNeverItsLoopback()
    {
        await using var rig = new MqttRig(new());

        var address = new BrokerAddress(Options.Create(new MqttOptions()), rig.Embedded).For(new Uri("http://localhost:5080"));

        Assert.DoesNotContain([address.Host ?? "", .. address.Others], host => host.StartsWith("127.", StringComparison.Ordinal) || host == "localhost");
    }
}
