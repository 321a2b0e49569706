using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Every character of the first two planes, written in the composer, is stored and shown as it was written, or refused in words.</summary>
[Collection(BrowserTests.Name)]
public sealed class EveryCharacterTests(EveryCharacterApp house) : IClassFixture<EveryCharacterApp>, IAsyncLifetime
{
    // A message's length; what is refused is told apart in smaller pieces.
    private const int Piece = 3_900;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => house.CloseAllAsync();

    [Fact]
    public async Task Composer_EveryCharacter_IsKeptAsWritten()
    {
        var room = await house.Rei.MakeRoomAsync("Every character", isOpen: true);
        var page = await house.OpenRoomAsync("rei", room);
        await page.Ready().WaitForAsync();
        var pieces = Pieces().ToList();

        foreach (var piece in pieces)
        {
            // The box makes one line end of every kind of it, as all browsers do.
            await SendAsync(page, piece);
        }

        var newest = page.GetByRole(AriaRole.Log).GetByRole(AriaRole.Article).Last;
        await newest.GetByText("end").WaitForAsync();
        var stored = (await house.Rei.GetAsync($"rooms/{room}/messages?limit=200")).GetProperty("items").EnumerateArray()
            .Select(message => message.GetProperty("text").GetString()!).ToList();
        Assert.Equal(pieces.Count, stored.Count);
        Assert.All(pieces.Zip(stored), pair => Assert.Equal(Spelled(pair.First), Spelled(pair.Second)));
        var shown = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('article .text')].map(text => text.textContent)");
        Assert.All(pieces.Zip(shown), pair => Assert.Equal(Spelled(pair.First), Spelled(pair.Second)));
    }

    [Fact]
    public async Task Composer_WhatNoTextCanHold_IsRefusedInWords()
    {
        var room = await house.Rei.MakeRoomAsync("Refused", isOpen: true);
        var page = await house.OpenRoomAsync("rei", room);
        await page.Ready().WaitForAsync();

        await page.Composer().FillAsync("a\uFFFEb");
        await page.Composer().PressAsync("Enter");

        await page.GetByText("characters that can’t be stored").First.WaitForAsync();
        Assert.Equal(0, (await house.Rei.GetAsync($"rooms/{room}/messages")).GetProperty("items").GetArrayLength());
    }

    private static async Task SendAsync(IPage page, string text)
    {
        var before = await page.GetByRole(AriaRole.Log).GetByRole(AriaRole.Article).CountAsync();
        await page.Composer().FillAsync(text);
        await page.Composer().PressAsync("Enter");
        await page.WaitForFunctionAsync("count => document.querySelectorAll('[role=log] article').length > count", before);
    }

    // All but NUL, half surrogate pairs and U+FFFE; a carriage return is a line end in every box.
    private static IEnumerable<string> Pieces()
    {
        var text = new StringBuilder();
        foreach (var point in Enumerable.Range(1, 0x1FFFF).Where(point => point is not ('\r' or 0xFFFE or (>= 0xD800 and <= 0xDFFF))))
        {
            text.Append(char.ConvertFromUtf32(point));
            if (text.Length >= Piece)
            {
                yield return $"{text}end";
                text.Clear();
            }
        }

        yield return $"{text}end";
    }

    private static string Spelled(string text) => string.Join(' ', text.Select(unit => ((int)unit).ToString("X4", CultureInfo.InvariantCulture)));
}

/// <summary>A house for those who write everything.</summary>
public sealed class EveryCharacterApp(Chromium chromium) : ChatApp(chromium);
