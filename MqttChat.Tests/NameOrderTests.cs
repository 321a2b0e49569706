using MqttChat.Domain;

namespace MqttChat.Tests;

public sealed class NameOrderTests
{
    [Theory]
    [InlineData("あおき", "イトウ", "ウエダ", "えのもと", "サトウ", "たなか", "ヤマダ")]
    [InlineData("アオキ", "ｲﾄｳ", "うえだ")]
    [InlineData("かとう", "がんじ", "きむら", "ぱく", "ハットリ", "ばば")]
    [InlineData("佐藤", "田中", "渡辺", "鈴木")]
    [InlineData("亜紀", "井上", "加藤", "高橋", "斎藤", "山田", "中村", "木村", "林")]
    [InlineData("anna", "Ben", "Émile", "emma", "Zoë", "あい", "ん", "愛", "和")]
    [InlineData("Room 2", "room 2b", "Room 10", "Room 100")]
    [InlineData("2階", "１０階", "100階")]
    [InlineData("Ａ棟", "B棟", "Ｃ棟")]
    public void Names_InAnyScript_StandAsPeopleLookForThem(params string[] names)
    {
        Assert.Equal(names, names.Reverse().Order(NameOrder.Names));
        Assert.Equal(names, names.Reverse().OrderBy(NameOrder.Key));
    }

    [Theory]
    [InlineData("Lena", "lena")]
    [InlineData("ﾊﾅ", "はな")]
    [InlineData("Room 1", "Room 01")]
    public void Names_ThatDiffer_AlwaysHaveOneOrder(string one, string other) =>
        Assert.Equal(-1, Math.Sign(NameOrder.Names.Compare(one, other)) * Math.Sign(NameOrder.Names.Compare(other, one)));
}
