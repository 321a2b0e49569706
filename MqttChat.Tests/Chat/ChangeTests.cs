using MqttChat.Domain.Chat;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Chat;

public class ChangeTests
{
    [Fact]
    public async Task Changes_AfterEditAndDeletion_AscendAndCarryThem()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        var first = await house.PostAsync(ann, room, "one");
        var second = await house.PostAsync(ann, room, "two");

        await house.Chat.EditAsync(ann, first.Id, "uno", null, default);
        await house.Chat.DeleteAsync(ann, second.Id, default);
        await house.Chat.DeleteAsync(ann, second.Id, default);
        var changes = await house.Chat.ChangesAsync(ann, room, 2, 50, default);

        Assert.Equal([(3L, "uno"), (4L, null)], changes.Items.Select(message => (message.Change, message.Text)));
        Assert.Equal((4L, false), (changes.LastChange, changes.More));
        Assert.Equal("Conflict message.deleted", await ChatHouse.RefusalAsync(() => house.Chat.EditAsync(ann, second.Id, "x", null, default)));
    }

    [Fact]
    public async Task Edit_BasedOnAnOlderText_IsRefused_AndOverwritesNothing()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        var read = await house.PostAsync(ann, room, "one");

        var changed = await house.Chat.EditAsync(ann, read.Id, "by the phone", read.TextAt, default);

        Assert.Equal("Conflict message.changedMeanwhile", await ChatHouse.RefusalAsync(() => house.Chat.EditAsync(ann, read.Id, "by the desk", read.TextAt, default)));
        Assert.Equal("by the phone", (await house.Chat.NewestOwnAsync(ann, room, default))!.Text);
        // A repeat whose answer was lost is no conflict, and nobody else's text is in the way of the next one.
        await house.Chat.EditAsync(ann, read.Id, "by the phone", read.TextAt, default);
        Assert.Equal("by the desk", (await house.Chat.EditAsync(ann, read.Id, "by the desk", changed.TextAt, default)).Text);
    }

    [Fact]
    public async Task Changes_NothingNew_KeepSince()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);

        var changes = await house.Chat.ChangesAsync(ann, room, 7, 50, default);

        Assert.Empty(changes.Items);
        Assert.Equal(7, changes.LastChange);
    }

    [Fact]
    public async Task Read_Pages_AscendWithoutOverlap()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        for (var number = 1; number <= 10; number++)
        {
            await house.PostAsync(ann, room, $"{number}");
        }

        Task<MessagePage> Read(long? before, long? after, int limit) => house.Chat.ReadAsync(ann, room, before, after, limit, default);
        static string Texts(MessagePage page) => string.Join(' ', page.Items.Select(message => message.Text));

        var newest = await Read(null, null, 4);
        Assert.Equal(("7 8 9 10", 10L, true), (Texts(newest), newest.LastChange, newest.More));
        Assert.Equal(("3 4 5 6", true), (Texts(await Read(7, null, 4)), (await Read(7, null, 4)).More));
        Assert.Equal(("1 2", false), (Texts(await Read(3, null, 4)), (await Read(3, null, 4)).More));
        Assert.Equal(("9 10", false), (Texts(await Read(null, 8, 4)), (await Read(null, 8, 4)).More));
        Assert.Equal("Invalid message.limit", await ChatHouse.RefusalAsync(() => Read(null, null, 201)));
        Assert.Equal("Invalid message.limit", await ChatHouse.RefusalAsync(() => Read(null, null, 0)));
        Assert.Equal("Invalid message.cursor", await ChatHouse.RefusalAsync(() => Read(-1, null, 5)));
    }

    [Theory]
    [InlineData("author", "ok", "ok")]
    [InlineData("owner", "Forbidden message.notAuthor", "ok")]
    [InlineData("member", "Forbidden message.notAuthor", "Forbidden message.notAuthor")]
    [InlineData("staff", "NotFound message.notFound", "ok")]
    [InlineData("stranger", "NotFound message.notFound", "NotFound message.notFound")]
    public async Task EditAndDelete_ByRole_AreAnsweredBy(string role, string edit, string delete)
    {
        await using var house = await ChatHouse.CreateAsync();
        var people = new Dictionary<string, Domain.Accounts.Viewer>();
        foreach (var name in new[] { "owner", "author", "member", "staff", "stranger" })
        {
            people[name] = await house.PersonAsync(name, name == "staff");
        }

        var room = await house.RoomAsync(people["owner"], isOpen: false);
        await house.BringInAsync(people["owner"], room, people["author"]);
        await house.BringInAsync(people["owner"], room, people["member"]);
        var message = await house.PostAsync(people["author"], room, "hello");

        async Task<string> Answer(Func<Task> act)
        {
            try
            {
                await act();
                return "ok";
            }
            catch (Domain.RefusedException refusal)
            {
                return $"{refusal.Kind} {refusal.Code}";
            }
        }

        Assert.Equal(edit, await Answer(() => house.Chat.EditAsync(people[role], message.Id, "changed", null, default)));
        Assert.Equal(delete, await Answer(() => house.Chat.DeleteAsync(people[role], message.Id, default)));
        Assert.Equal(delete == "ok", (await house.StoredAsync(room))[0].DeletedAt is not null);
    }
}
