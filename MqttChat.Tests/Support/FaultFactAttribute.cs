using Xunit.Abstractions;
using Xunit.Sdk;

namespace MqttChat.Tests.Support;

/// <summary>A fault at full length: minutes, not seconds. It runs by <c>./test.sh --faults</c> and is skipped otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(SetDiscoverer.TypeName, SetDiscoverer.Assembly)]
public sealed class FaultFactAttribute : FactAttribute, ITraitAttribute
{
    public FaultFactAttribute() => Skip = SetDiscoverer.WhySkipped(Set);

    /// <summary>The set that the test belongs to.</summary>
    public static string Set => "Faults";
}

/// <summary>As <see cref="FaultFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(SetDiscoverer.TypeName, SetDiscoverer.Assembly)]
public sealed class FaultTheoryAttribute : TheoryAttribute, ITraitAttribute
{
    public FaultTheoryAttribute() => Skip = SetDiscoverer.WhySkipped(FaultFactAttribute.Set);
}

/// <summary>An hour of ordinary life. It runs by <c>./test.sh --soak</c> and is skipped otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(SetDiscoverer.TypeName, SetDiscoverer.Assembly)]
public sealed class SoakFactAttribute : FactAttribute, ITraitAttribute
{
    public SoakFactAttribute() => Skip = SetDiscoverer.WhySkipped(Set);

    /// <inheritdoc cref="FaultFactAttribute.Set"/>
    public static string Set => "Soak";
}

/// <summary>Gives the tests above the trait by which <c>test.sh</c> picks them.</summary>
public sealed class SetDiscoverer : ITraitDiscoverer
{
    internal const string TypeName = "MqttChat.Tests.Support.SetDiscoverer";
    internal const string Assembly = "MqttChat.Tests";

    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        var type = ((ReflectionAttributeInfo)traitAttribute).Attribute.GetType();
        yield return new("Set", type == typeof(SoakFactAttribute) ? SoakFactAttribute.Set : FaultFactAttribute.Set);
    }

    internal static string? WhySkipped(string set)
    {
        var variable = $"MQTTCHAT_TEST_{set.ToUpperInvariant()}";
        return Environment.GetEnvironmentVariable(variable) == "1" ? null : $"Runs by ./test.sh --{set.ToLowerInvariant()} ({variable}=1).";
    }
}
