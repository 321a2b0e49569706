using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;

namespace MqttChat.Web.Observability;

/// <summary>Settings under <c>Observability</c>: where metrics and traces go.</summary>
public sealed class ObservabilityOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Observability";

    /// <summary>The variable of the OpenTelemetry specification that does the same; the setting wins.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The collector's address, for example <c>http://localhost:4317</c>; empty: nothing is sent.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>How the collector at <see cref="OtlpEndpoint"/> is spoken to: <c>grpc</c> or <c>http/protobuf</c>.</summary>
    public string OtlpProtocol { get; set; } = "grpc";

    internal OtlpExportProtocol? Protocol => OtlpProtocol switch
    {
        "grpc" => OtlpExportProtocol.Grpc,
        "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
        _ => null,
    };

    internal static bool IsAddress(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}

/// <summary>Names every setting that cannot work.</summary>
internal sealed class ObservabilityOptionsValidation(IConfiguration settings) : IValidateOptions<ObservabilityOptions>
{
    public ValidateOptionsResult Validate(string? name, ObservabilityOptions options)
    {
        List<string> failures = [];
        if (options.OtlpEndpoint.Length > 0 && !ObservabilityOptions.IsAddress(options.OtlpEndpoint))
        {
            failures.Add($"Observability:OtlpEndpoint: '{options.OtlpEndpoint}' is no http or https address.");
        }

        if (options.Protocol is null)
        {
            failures.Add($"Observability:OtlpProtocol: '{options.OtlpProtocol}' is none of grpc, http/protobuf.");
        }

        if (settings[ObservabilityOptions.EndpointVariable] is { Length: > 0 } variable && !ObservabilityOptions.IsAddress(variable))
        {
            failures.Add($"{ObservabilityOptions.EndpointVariable}: '{variable}' is no http or https address.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
