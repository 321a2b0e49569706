using MqttChat.Domain;
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
        "\u0301\u0301", "\u20DD", "\uFE0F", "\U000E0041\U000E007F", "\U000E0101", "\U0001D159", " \u3000\u2003", "\u0085\u009F", "\u17B5", "\u0903", "\u0903\u094D",
        "\U0001D165", "\U00013441");

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
    [InlineData("a\uFFFEb")]
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
    public void Names_AreKeptInOneSpelling()
    {
        var (apart, composed) = ("Zoe\u0308 \u304B\u3099", "Zo\u00EB \u304C");

        Assert.Equal(composed, AccountRules.DisplayName(apart));
        Assert.Equal(composed, AccountRules.HouseName(apart));
        Assert.Equal(composed, AccountRules.InvitationLabel(apart));
        Assert.Equal(composed, AccountRules.NameOf([apart]));
        Assert.Equal(composed, RoomName.Clean(apart));
        Assert.Equal(composed, Assert.Single(AccountRules.Tags([KeyValuePair.Create(apart, apart)])).Value);
        // Each sign has one letter more than it was written with: the bound is on what is kept.
        Assert.Equal("room.nameTooLong", Assert.Throws<RefusedException>(() => RoomName.Clean(new string('\u0958', RoomName.MaxLength))).Code);
    }

    [Fact]
    public void WellFormed_IsWhatCanBeNormalized()
    {
        var unlike = Enumerable.Range(1, 0xFFFF).Where(unit => PlainText.IsWellFormed($"a{(char)unit}b") != CanBeNormalized($"a{(char)unit}b")).ToList();

        Assert.Empty(unlike);
        Assert.False(PlainText.IsWellFormed("a\0b"));
        Assert.Null(PlainText.Folded("1\uD800"));
    }

    [Theory]
    [InlineData("a\uFFFEb")]
    [InlineData("{half}")]
    public void LookingUp_WhatNobodyIsCalled_FindsNobody(string typed)
    {
        var text = typed.Replace("{half}", "\uD800", StringComparison.Ordinal);

        Assert.Equal("", new LookupNames().NormalizeEmail(text));
        Assert.Equal("", new LookupNames().NormalizeName(text));
        Assert.Null(RecoveryCodes.HashOf(text));
        Assert.Null(AuthenticatorCode.Read(text));
    }

    private static bool CanBeNormalized(string text)
    {
        try
        {
            return text.Normalize().Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [Fact]
    public void NameOf_WhatAProviderTells_LosesWhatTurnsText() => Assert.Equal("Mika Gast", AccountRules.NameOf(["\u3164", "Mika\u202E Gast\u0007"]));
}
