using MqttChat.Tests.EndToEnd;
using MqttChat.Tests.Faults;
using MqttChat.Tests.Mqtt;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("MqttChat.Tests.Support.LongestFirst", "MqttChat.Tests")]

namespace MqttChat.Tests.Support;

/// <summary>
/// The collections that take minutes begin first: by chance they begin last, and run on alone while a core idles. The order of the
/// others is the same in every run.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        BrowserTests.Name, BrowserTests.Houses, BrowserTests.FirstSteps, FaultProcesses.Name, FaultProcesses.Brokers,
        typeof(PayloadTests).FullName!, typeof(IngestSessionTests).FullName!, FaultProcesses.Crowded,
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Place).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    // A class without a collection is one of its own, with a name that ends in the class's.
    private static int Place(ITestCollection collection)
    {
        var place = Array.FindIndex(Long, name => collection.DisplayName == name || collection.DisplayName.EndsWith($" {name}", StringComparison.Ordinal));
        return place < 0 ? Long.Length : place;
    }
}
