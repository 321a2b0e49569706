using System.Text.Json;
using Microsoft.Playwright;

namespace MqttChat.Tests.Support;

/// <summary>The phone's own keeper of passkeys, played by DevTools: it knows its owner and is touched by itself.</summary>
internal sealed class VirtualAuthenticator : IAsyncDisposable
{
    private readonly ICDPSession _devTools;
    private readonly string _id;

    private VirtualAuthenticator(ICDPSession devTools, string id) => (_devTools, _id) = (devTools, id);

    public static async Task<VirtualAuthenticator> AddAsync(IPage page)
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("WebAuthn.enable");
        var added = await devTools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true,
                ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return new(devTools, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Has the same passkeys, as a person's other device does when they are synchronised.</summary>
    public async Task TakeOverAsync(VirtualAuthenticator other)
    {
        var kept = await other._devTools.SendAsync("WebAuthn.getCredentials", new() { ["authenticatorId"] = other._id });
        foreach (var credential in kept!.Value.GetProperty("credentials").EnumerateArray())
        {
            await _devTools.SendAsync("WebAuthn.addCredential", new()
            {
                ["authenticatorId"] = _id, ["credential"] = credential.Deserialize<Dictionary<string, JsonElement>>()!,
            });
        }
    }

    public ValueTask DisposeAsync() => new(_devTools.DetachAsync());
}
