using MqttChat.Domain.Chat;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Chat;

/// <summary>A message's id tells nothing of other rooms.</summary>
public class MessageIdTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2_000_000, 4_000_000_000)]
    [InlineData(7, 0)]
    public void Id_NamesRoomAndPlace_AndIsExactInJson(int room, long sequence)
    {
        var id = MessageId.Of(room, sequence);

        Assert.Equal((room, sequence), MessageId.Parse(id));
        Assert.InRange(id, 1, (1L << 53) - 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ids_OfOneRoom_AreTheSame_HoweverMuchIsWrittenInAnother(bool throughEntities)
    {
        var ids = new List<string>();
        foreach (var elsewhere in (int[])[0, 7])
        {
            await using var house = await ChatHouse.CreateAsync(throughEntities: throughEntities);
            var ann = await house.PersonAsync("Ann");
            var (room, other) = (await house.RoomAsync(ann), await house.RoomAsync(ann));
            var seen = new List<long>();
            for (var post = 0; post < 3; post++)
            {
                await house.PostManyAsync(ann, other, elsewhere);
                seen.Add((await house.PostAsync(ann, room, "hello")).Id);
            }

            var read = (await house.Chat.ReadAsync(ann, room, null, null, 10, default)).Items.Select(message => message.Id);
            Assert.Equal(seen, read);
            await house.Chat.EditAsync(ann, seen[1], "changed", null, default);
            Assert.Equal("changed", (await house.StoredAsync(room))[1].Text);
            Assert.Equal("NotFound message.notFound", await ChatHouse.RefusalAsync(() => house.Chat.DeleteAsync(ann, MessageId.Of(room, 99), default)));
            Assert.Equal("NotFound message.notFound", await ChatHouse.RefusalAsync(() => house.Chat.DeleteAsync(ann, -1, default)));
            ids.Add(string.Join(' ', seen));
        }

        Assert.Equal(ids[0], ids[1]);
    }
}
