using System.Globalization;
using Microsoft.Extensions.Options;

namespace MqttChat.Web.Shell;

/// <summary>Settings under <c>Site</c>.</summary>
public sealed class SiteOptions
{
    /// <summary>The address people use, for links and QR codes, and to make cookies Secure when it is https; empty: the request's own.</summary>
    public string PublicUrl { get; set; } = "";
}

/// <summary>Settings under <c>House</c>.</summary>
public sealed class HouseOptions
{
    /// <summary>The house's name, proposed at set-up.</summary>
    public string Name { get; set; } = "";

    /// <summary>The house's time zone (IANA id) for days and nights; empty: the machine's.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>The language of who prefers none (<c>en</c>, <c>ja</c>); empty: English.</summary>
    public string Language { get; set; } = "";

    /// <summary>The currency of prices (ISO 4217); empty: none.</summary>
    public string Currency { get; set; } = "";

    /// <summary>What a kilowatt hour costs, in <see cref="Currency"/>; 0: no costs are shown.</summary>
    public decimal PricePerKilowattHour { get; set; }

    /// <summary>The zone that <see cref="TimeZone"/> names.</summary>
    internal TimeZoneInfo Zone => TimeZone.Length > 0 ? TimeZoneInfo.FindSystemTimeZoneById(TimeZone) : TimeZoneInfo.Local;
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

        if (options.TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
        {
            failures.Add($"House:TimeZone: '{options.TimeZone}' is not known; use an id such as Europe/Berlin or Asia/Tokyo.");
        }

        if (options.Language.Length > 0 && !LanguageSetup.Languages.Contains(options.Language))
        {
            failures.Add($"House:Language: '{options.Language}' is none of {string.Join(", ", LanguageSetup.Languages)}.");
        }

        if (options.Currency.Length > 0 && (options.Currency.Length != 3 || !options.Currency.All(char.IsAsciiLetterUpper)))
        {
            failures.Add($"House:Currency: '{options.Currency}' is no three-letter code such as EUR or JPY.");
        }

        if (options.PricePerKilowattHour is < 0 or > 1_000_000)
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
