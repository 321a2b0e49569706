using MqttChat.Domain.Devices;

namespace MqttChat.Tests.Devices;

public sealed class AdoptedPlugsTests
{
    [Theory]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/+/c", "a/b/c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("+/b", "a/b", true)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/b/", false)]
    [InlineData("#", "anything/at/all", true)]
    [InlineData("a/+/c/+", "a/b/c", false)]
    public void TopicIndex_Filter_MatchesAsInMqtt(string filter, string topic, bool matches)
    {
        var index = new TopicIndex<string>();
        index.Add(filter, "found");
        Assert.Equal(matches ? "found" : null, index.Find(topic));
        index.Remove(filter, "found");
        Assert.Null(index.Find(topic));
    }

    [Fact]
    public void TopicFilters_SeveralPartitions_ShareThePlugs()
    {
        var plugs = new AdoptedPlugs([.. Enumerable.Range(1, 10).Select(id => new Plug { Id = id, Family = "tasmota", Address = $"p{id}", TopicTemplate = $"%prefix%/p{id}" })]);
        var all = Enumerable.Range(0, 3).SelectMany(partition => plugs.TopicFilters(partition, 3)).ToList();
        Assert.Equal(20, all.Count);
        Assert.Equal(20, all.Distinct().Count());
    }
}
