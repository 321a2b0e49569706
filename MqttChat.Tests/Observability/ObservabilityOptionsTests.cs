using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Tests.Accounts;
using MqttChat.Web.Observability;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MqttChat.Tests.Observability;

/// <summary>When something is sent, and which settings are refused.</summary>
public sealed class ObservabilityOptionsTests
{
    [Fact]
    public async Task House_WithoutACollector_RunsNothingOfOpenTelemetry()
    {
        await using var app = new HouseApp();

        Assert.Null(app.Services.GetService<MeterProvider>());
        Assert.Null(app.Services.GetService<TracerProvider>());
    }

    [Theory]
    [InlineData("Observability:OtlpEndpoint")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task House_WithACollectorNamed_HasMetersAndTraces(string key)
    {
        await using var app = new HouseApp((key, "http://127.0.0.1:9"));

        Assert.NotNull(app.Services.GetService<MeterProvider>());
        Assert.NotNull(app.Services.GetService<TracerProvider>());
    }

    [Theory]
    [InlineData("collector:4317", "grpc", "", "Observability:OtlpEndpoint")]
    [InlineData("", "json", "", "Observability:OtlpProtocol")]
    [InlineData("", "grpc", "nowhere", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("https://collector:4317", "http/protobuf", "http://localhost:4317", null)]
    public void Settings_ThatCannotWork_AreNamed(string endpoint, string protocol, string variable, string? key)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new(ObservabilityOptions.EndpointVariable, variable)]).Build();

        var result = new ObservabilityOptionsValidation(settings)
            .Validate(null, new ObservabilityOptions { OtlpEndpoint = endpoint, OtlpProtocol = protocol });

        Assert.Equal(key is not null, result.Failed);
        Assert.StartsWith(key ?? "", result.Failures?.Single() ?? "", StringComparison.Ordinal);
    }
}
