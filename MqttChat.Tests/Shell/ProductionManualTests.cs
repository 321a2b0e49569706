using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Shell;

/// <summary>Who names the program's topics one by one finds all of them in <c>docs/production.md</c>.</summary>
public sealed class ProductionManualTests
{
    [Fact]
    public void Broker_EveryTopicOfTheProgram_StandsInTheManual()
    {
        var manual = File.ReadAllText(Repository.PathOf("docs", "production.md"));
        var topics = new OwnTopics("mqttchat");

        Assert.All([.. topics.SignalFilters, topics.Marker(0).Replace("/0/", "/+/", StringComparison.Ordinal)],
            topic => Assert.Contains($"topic readwrite {topic}\n", manual, StringComparison.Ordinal));
    }
}
