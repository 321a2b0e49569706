using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class MqttOptionsValidationTests
{
    [Fact]
    public void Defaults_AreValid() => Assert.True(new MqttOptionsValidation().Validate(null, new()).Succeeded);

    [Fact]
    public void EveryFault_IsNamedAtOnceByItsKey_WithoutThePassword()
    {
        var options = new MqttOptions
        {
            Host = "mqtt://broker:1883", Port = 0, ClientId = "a/b", Password = "very-secret", CaFile = "absent.pem",
            KeepAlive = TimeSpan.Zero, SignalQos = 2, TopicPrefix = "#",
        };
        options.DiscoveryFilters.Add("tele/#/x");

        var failures = new MqttOptionsValidation().Validate(null, options).Failures!.ToList();

        Assert.All(
            ["Host", "Port", "ClientId", "Username", "CaFile", "KeepAlive", "SignalQos", "TopicPrefix", "DiscoveryFilters"],
            key => Assert.Contains(failures, failure => failure.StartsWith($"Mqtt:{key}: ", StringComparison.Ordinal)));
        Assert.DoesNotContain(failures, failure => failure.Contains("very-secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0:1883", "Mqtt:Password")]
    [InlineData("nonsense", "Mqtt:Embedded:Listen")]
    public void EmbeddedBroker_OpenToAll_OrNowhere_IsRefused(string listen, string key)
    {
        var options = new MqttOptions();
        options.Embedded.Listen = listen;

        Assert.StartsWith(key, Assert.Single(new MqttOptionsValidation().Validate(null, options).Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#", true)]
    [InlineData("tele/+/SENSOR", true)]
    [InlineData("tele/a+/SENSOR", false)]
    [InlineData("tele/#/SENSOR", false)]
    [InlineData("", false)]
    public void Filter_FollowsTheStandard(string filter, bool valid) => Assert.Equal(valid, MqttOptionsValidation.IsFilter(filter));
}
