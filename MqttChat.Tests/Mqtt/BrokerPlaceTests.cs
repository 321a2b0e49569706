using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>Staff read where the broker is looked for, and nothing of the login.</summary>
public sealed class BrokerPlaceTests
{
    [Theory]
    [InlineData("broker.example.org", 8883, "broker.example.org:8883")]
    [InlineData(" 192.0.2.7 ", 1883, "192.0.2.7:1883")]
    [InlineData("2001:db8::7", 1883, "[2001:db8::7]:1883")]
    [InlineData("[2001:db8::7]", 1883, "[2001:db8::7]:1883")]
    [InlineData("someone:secret@broker", 1883, "broker:1883")]
    [InlineData("", 1884, "localhost:1884")]
    public void Address_IsHostAndPort(string host, int port, string expected)
    {
        var settings = Options.Create(new MqttOptions { Host = host, Port = port, Username = "someone", Password = "secret" });
        using var embedded = new EmbeddedBroker(settings, LoginWork.None, TimeProvider.System, NullLogger<EmbeddedBroker>.Instance);

        Assert.Equal(expected, new BrokerConnector(settings, embedded, TimeProvider.System).Address);
    }
}
