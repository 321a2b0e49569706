using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MqttChat.Domain;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Shell;
using MqttChat.Web.Shell.Controls;
using MudBlazor;

namespace MqttChat.Web.Accounts.Household;

/// <summary>The house's name, time zone, language and price, for staff; what the operator has set is shown and left alone.</summary>
public sealed partial class HousePage(
    HouseSettings settings, AuthenticationStateProvider authentication, TimeProvider clock, RefusalMessages refusals,
    IStringLocalizer<HouseTexts> texts, ISnackbar snackbar) : ComponentBase
{
    private HouseFacts _seen = null!;
    private string? _name;
    private string? _zone;
    private string? _language;
    private string? _price;
    private string? _currency;
    private string? _error;
    private string? _field;
    private bool _busy;
    private bool _isLive;

    private IStringLocalizer<HouseTexts> Texts => texts;

    private HouseSettings House => settings;

    private string ZoneHint =>
        $"{Texts["HouseZoneHint"]} {Texts["HouseZoneNow", TimeZoneInfo.ConvertTime(clock.GetUtcNow(), settings.Current.Zone).ToString("t", CultureInfo.CurrentCulture)]}";

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _isLive = RendererInfo.IsInteractive;
        Take(settings.Current);
    }

    private void Take(HouseFacts facts)
    {
        _seen = facts;
        (_name, _zone, _language, _currency, _price) = (facts.Name, facts.ZoneId, facts.Language, facts.Currency, PriceOf(facts));
    }

    private static string PriceOf(HouseFacts facts) =>
        facts.PricePerKilowattHour > 0 ? facts.PricePerKilowattHour.ToString("0.######", CultureInfo.InvariantCulture) : "";

    private async Task SaveAsync()
    {
        var before = _seen;
        var wishes = Changed();
        if (await TryAsync(wishes))
        {
            var (after, back) = (_seen, Back(wishes, before));
            snackbar.Say(Texts["Saved"], Texts["Undo"], () => InvokeAsync(async () =>
            {
                _seen = after;
                if (await TryAsync(back))
                {
                    snackbar.Say(Texts["Undone"]);
                }
                else
                {
                    snackbar.Refuse(_error!);
                }

                StateHasChanged();
            }));
        }
    }

    // Only what was changed here: what somebody else changes meanwhile is theirs.
    private HouseWishes Changed() => new(
        Changed(_name, _seen.Name), Changed(_zone, _seen.ZoneId), Changed(_language, _seen.Language),
        Changed(_currency, _seen.Currency), Changed(_price, PriceOf(_seen)));

    private static string? Changed(string? now, string? seen) => (now ?? "") == (seen ?? "") ? null : now ?? "";

    private static HouseWishes Back(HouseWishes done, HouseFacts before) => new(
        done.Name is null ? null : before.Name, done.TimeZone is null ? null : before.ZoneId, done.Language is null ? null : before.Language,
        done.Currency is null ? null : before.Currency, done.PricePerKilowattHour is null ? null : PriceOf(before));

    // What I typed stays; what I left alone shows what it is by now.
    private void TakeOthers(HouseWishes mine)
    {
        Take(settings.Current);
        (_name, _zone, _language, _currency, _price) = (
            mine.Name ?? _name, mine.TimeZone ?? _zone, mine.Language ?? _language, mine.Currency ?? _currency, mine.PricePerKilowattHour ?? _price);
    }

    private async Task<bool> TryAsync(HouseWishes wishes)
    {
        (_busy, _error, _field) = (true, null, null);
        try
        {
            await settings.ChangeAsync(await authentication.ViewerAsync(), settings.WithoutGiven(wishes with { Seen = _seen }), CancellationToken.None);
            Take(settings.Current);
            return true;
        }
        catch (RefusedException refusal)
        {
            if (refusal.Code == "house.changedMeanwhile")
            {
                TakeOthers(wishes);
            }

            (_error, _field) = (refusals.For(refusal), refusal.Field == "houseName" ? "name" : refusal.Field);
            return false;
        }
        finally
        {
            _busy = false;
        }
    }

    private bool Has(string field) => _field == field;

    private bool Given(HouseField field) => settings.IsGiven(field);

    private string Help(HouseField field, string key, string hint) => Given(field) ? Texts["GivenText", key] : hint;

    private Task<IEnumerable<string>> ZonesAsync(string? typed, CancellationToken cancellation) =>
        Task.FromResult(HouseRules.Zones.Where(zone => zone.Replace('_', ' ').Contains((typed ?? "").Replace('_', ' ').Trim(), StringComparison.OrdinalIgnoreCase)));

    private Task<IEnumerable<string>> CurrenciesAsync(string? typed, CancellationToken cancellation) =>
        Task.FromResult(BrowserRegion.Currencies.Where(code => code.Contains((typed ?? "").Trim(), StringComparison.OrdinalIgnoreCase)));
}
