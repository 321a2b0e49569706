using System.Globalization;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts.Settings;

namespace MqttChat.Web.Shell;

/// <summary>Settings under <c>Site</c>.</summary>
public sealed class SiteOptions
{
    /// <summary>The address people use, for links and QR codes, and to make cookies Secure when it is https; empty: the request's own.</summary>
    public string PublicUrl { get; set; } = "";
}

internal sealed class SiteOptionsValidation : IValidateOptions<SiteOptions>
{
    public ValidateOptionsResult Validate(string? name, SiteOptions options) =>
        options.PublicUrl.Length == 0
        || (Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Site:PublicUrl: '{options.PublicUrl}' is no http or https address.");
}

internal sealed class HouseOptionsValidation : IValidateOptions<HouseOptions>
{
    public ValidateOptionsResult Validate(string? name, HouseOptions options)
    {
        var failures = new List<string>();
        if (options.Name.Length > 100)
        {
            failures.Add("House:Name: at most 100 characters.");
        }

        if (options.TimeZone.Length > 0 && !HouseRules.IsZone(options.TimeZone))
        {
            failures.Add($"House:TimeZone: '{options.TimeZone}' is not known; use an id such as Europe/Berlin or Asia/Tokyo.");
        }

        if (options.Language.Length > 0 && !LanguageSetup.Languages.Contains(options.Language))
        {
            failures.Add($"House:Language: '{options.Language}' is none of {string.Join(", ", LanguageSetup.Languages)}.");
        }

        if (options.Currency.Length > 0 && !HouseRules.IsCurrency(options.Currency))
        {
            failures.Add($"House:Currency: '{options.Currency}' is no three-letter code such as EUR or JPY.");
        }

        if (options.PricePerKilowattHour is < 0 or > HouseRules.MostPrice)
        {
            failures.Add($"House:PricePerKilowattHour: must be 0 to 1000000, but is {options.PricePerKilowattHour.ToString(CultureInfo.InvariantCulture)}.");
        }

        if (options.PricePerKilowattHour > 0 && options.Currency.Length == 0)
        {
            failures.Add("House:PricePerKilowattHour: needs House:Currency.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
