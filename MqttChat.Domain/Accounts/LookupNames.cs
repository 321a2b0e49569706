using Microsoft.AspNetCore.Identity;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Accounts;

/// <summary>How accounts are looked up by name or address: as Identity does, but what cannot be normalized finds nobody instead of failing.</summary>
internal sealed class LookupNames : ILookupNormalizer
{
    private static readonly UpperInvariantLookupNormalizer Usual = new();

    public string? NormalizeName(string? name) => Usual.NormalizeName(Fit(name));

    public string? NormalizeEmail(string? email) => Usual.NormalizeEmail(Fit(email));

    // Nobody's name or address is empty.
    private static string? Fit(string? text) => text is null || PlainText.IsWellFormed(text) ? text : "";
}
