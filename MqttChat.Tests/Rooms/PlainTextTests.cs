using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Rooms;

public sealed class PlainTextTests
{
    /// <summary>Nothing of these can be seen.</summary>
    public static TheoryData<string> Invisible => new(
        "\u200B", "\u3164", "\u115F\u1160", "\uFFA0", "\u2800\u2800", "\u00AD", "\u034F", "\u180E", "\uFEFF", "\u2060\u2064", "\u202E\u202C",
        "\u0301\u0301", "\u20DD", "\uFE0F", "\U000E0041\U000E007F", "\U000E0101", "\U0001D159", " \u3000\u2003", "\u0085\u009F", "\u17B5");

    [Theory]
    [MemberData(nameof(Invisible))]
    public async Task Invisible_IsNoNameAndNoMessage(string text)
    {
        Assert.False(PlainText.HasSubstance(text));
        Assert.Equal("Invalid room.nameEmpty", await ChatHouse.RefusalAsync(() => Task.FromResult(RoomName.Clean(text))));
        Assert.Equal("Invalid account.displayNameInvalid", await ChatHouse.RefusalAsync(() => Task.FromResult(AccountRules.DisplayName(text))));
        Assert.Equal("Invalid account.tagInvalid", await ChatHouse.RefusalAsync(() => Task.FromResult(AccountRules.Tags([KeyValuePair.Create("unit", text), KeyValuePair.Create("x", "y")]))));
        Assert.Equal("Invalid message.empty", await ChatHouse.RefusalAsync(() => Task.FromResult(MessageText.Check(text))));
        Assert.Null(AccountRules.NameOf([text]));
    }

    [Theory]
    [InlineData("Kitchen\u202E")]
    [InlineData("\u202EKitchen")]
    [InlineData("Kit\u2066chen")]
    [InlineData("Kitchen\u2028")]
    [InlineData("a\nb")]
    public async Task TextThatTurnsOrBreaksWhatFollows_IsNoName(string text)
    {
        Assert.Equal("Invalid room.nameUnreadable", await ChatHouse.RefusalAsync(() => Task.FromResult(RoomName.Clean($"x{text}x"))));
        Assert.Equal("Invalid account.displayNameInvalid", await ChatHouse.RefusalAsync(() => Task.FromResult(AccountRules.DisplayName($"x{text}x"))));
    }

    [Theory]
    [InlineData("美香")]
    [InlineData("सम्राट")]
    [InlineData("Zoë\u0301")]
    [InlineData("محمد\u200F")]
    [InlineData("👩‍👩‍👧 Kim")]
    [InlineData("5")]
    [InlineData("·")]
    public void NamesOfPeople_StayAsWritten(string name) => Assert.Equal(name, AccountRules.DisplayName($" {name} "));

    [Fact]
    public void NameOf_WhatAProviderTells_LosesWhatTurnsText() => Assert.Equal("Mika Gast", AccountRules.NameOf(["\u3164", "Mika\u202E Gast\u0007"]));
}
