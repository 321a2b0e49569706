using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Api;

/// <summary>Messages over the HTTP API, to the letter of its contract.</summary>
public sealed class MessagesApiTests(ApiHouse house) : IClassFixture<ApiHouse>
{
    [Fact]
    public async Task Post_Answers201_ARepeat200_AndAnotherRoom409()
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);
        var other = await ApiHouse.RoomAsync(house.Rei, isOpen: true);

        var first = await (await house.Rei.SayAsync(room, " 停電\n<b>", "once")).JsonAsync(201);
        var repeat = await (await house.Rei.SayAsync(room, "another text", "once")).JsonAsync(200);

        Assert.Equal(first.GetRawText(), repeat.GetRawText());
        Assert.Equal(
            ["id", "roomId", "sequence", "change", "author", "text", "clientMessageId", "sentAt", "editedAt", "deletedAt"], first.Names());
        Assert.Equal(["id", "name"], first.GetProperty("author").Names());
        Assert.Equal((room, 1L, " 停電\n<b>", "once", "rei"), (
            first.GetProperty("roomId").GetInt32(), first.GetProperty("sequence").GetInt64(), first.GetProperty("text").GetString(),
            first.GetProperty("clientMessageId").GetString(), first.GetProperty("author").GetProperty("name").GetString()));
        Assert.Equal("message.idInOtherRoom", await house.Rei.SayAsync(other, "again", "once").CodeAsync(409));

        // Membership comes first: a room that is not theirs is none, whatever the id.
        Assert.Equal("room.notFound", await house.Kenji.SayAsync(await ApiHouse.RoomAsync(house.Rei, isOpen: false), "Hello", "once").CodeAsync(404));
        Assert.Single((await house.Rei.GetJsonAsync($"rooms/{room}/messages")).Items());
    }

    [Fact]
    public async Task Post_TheSameManyTimesAtOnce_StoresOne()
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => house.Rei.SayAsync(room, "Once", "at-once")));

        Assert.Single(answers, answer => (int)answer.StatusCode == 201);
        Assert.All(answers, answer => Assert.True((int)answer.StatusCode is 200 or 201));
        Assert.Single((await house.Rei.GetJsonAsync($"rooms/{room}/messages")).Items());
    }

    [Theory]
    [InlineData("   \n", "x", "message.empty", "text")]
    [InlineData(null, "x", "message.empty", "text")]
    [InlineData("long", "x", "message.tooLong", "text")]
    [InlineData("Hello", "", "message.clientMessageId", "clientMessageId")]
    [InlineData("Hello", null, "message.clientMessageId", "clientMessageId")]
    [InlineData("Hello", "long", "message.clientMessageId", "clientMessageId")]
    public async Task Post_OfBadInput_Is400AndNamesTheField(string? text, string? id, string code, string field)
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);

        var problem = await (await house.Rei.SayAsync(
            room, text == "long" ? new string('あ', 4001) : text, id == "long" ? new string('i', 65) : id!)).JsonAsync(400);

        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
        Assert.Empty((await house.Rei.GetJsonAsync($"rooms/{room}/messages")).Items());
    }

    [Fact]
    public async Task Post_AtTheLimits_IsTaken()
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);
        var longest = new string('あ', 3998) + "😀";

        var message = await (await house.Rei.SayAsync(room, longest, new string('i', 64))).JsonAsync(201);

        Assert.Equal(longest, message.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("{\"text\":\"a\\ud800\",\"clientMessageId\":\"half\"}", 400)]
    [InlineData("{\"text\":\"a\\u0000b\",\"clientMessageId\":\"nul\"}", 400)]
    [InlineData("{\"text\":7,\"clientMessageId\":\"number\"}", 400)]
    [InlineData("{\"text\":", 400)]
    [InlineData("null", 400)]
    [InlineData("", 400)]
    public async Task Post_OfBrokenBodies_IsRefused(string body, int status)
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);

        var answer = await house.Rei.PostAsync($"/api/v1/rooms/{room}/messages", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.NotNull((await answer.JsonAsync(status)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Post_OfAHugeBody_Is413()
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);

        using var body = new StringContent($$"""{"text":"{{new string('a', 300_000)}}","clientMessageId":"huge"}""", Encoding.UTF8, "application/json");
        Assert.Equal("request.tooLarge", await house.Rei.PostAsync($"/api/v1/rooms/{room}/messages", body).CodeAsync(413));
    }

    [Fact]
    public async Task Messages_ArePagedBothWays_WithMoreAndTheCounter()
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);
        for (var i = 1; i <= 7; i++)
        {
            await (await house.Rei.SayAsync(room, $"m{i}", $"page-{i}")).JsonAsync(201);
        }

        await AssertPageAsync(room, "limit=3", true, "m5", "m6", "m7");
        await AssertPageAsync(room, "before=5&limit=3", true, "m2", "m3", "m4");
        await AssertPageAsync(room, "before=4&limit=3", false, "m1", "m2", "m3");
        await AssertPageAsync(room, "after=2&limit=3", true, "m3", "m4", "m5");
        await AssertPageAsync(room, "after=4&limit=3", false, "m5", "m6", "m7");
        await AssertPageAsync(room, "after=7&limit=3", false);
        await AssertPageAsync(room, "before=1", false);
        await AssertPageAsync(room, "", false, "m1", "m2", "m3", "m4", "m5", "m6", "m7");
    }

    [Theory]
    [InlineData("messages?limit=0", "message.limit")]
    [InlineData("messages?limit=201", "message.limit")]
    [InlineData("messages?before=-1", "message.cursor")]
    [InlineData("messages?before=1&after=1", "message.cursor")]
    [InlineData("messages?limit=many", "request.malformed")]
    [InlineData("changes?since=-1", "message.cursor")]
    [InlineData("changes?limit=1000", "message.limit")]
    public async Task Pages_OfBadPlaces_Are400(string query, string code)
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);

        Assert.Equal(code, await house.Rei.GetAsync($"/api/v1/rooms/{room}/{query}").CodeAsync(400));
    }

    [Fact]
    public async Task Changes_ReadInALoop_GiveEditsAndDeletionsOnce()
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);
        var ids = new List<long>();
        for (var i = 1; i <= 5; i++)
        {
            ids.Add((await (await house.Rei.SayAsync(room, $"c{i}", $"change-{i}")).JsonAsync(201)).GetProperty("id").GetInt64());
        }

        var before = (await house.Rei.GetJsonAsync($"rooms/{room}/messages")).GetProperty("lastChange").GetInt64();
        await (await house.Rei.PatchAsJsonAsync($"/api/v1/messages/{ids[0]}", new { text = "c1 edited" })).JsonAsync(200);
        await (await house.Rei.DeleteAsync($"/api/v1/messages/{ids[1]}")).JsonAsync(204);
        await (await house.Rei.SayAsync(room, "c6", "change-6")).JsonAsync(201);

        var read = new List<string?>();
        var since = before;
        for (var more = true; more;)
        {
            var page = await house.Rei.GetJsonAsync($"rooms/{room}/changes?since={since}&limit=2");
            Assert.Equal(["items", "lastChange", "more"], page.Names());
            Assert.True(page.Items().Length <= 2);
            read.AddRange(page.Texts());
            (since, more) = (page.GetProperty("lastChange").GetInt64(), page.GetProperty("more").GetBoolean());
        }

        Assert.Equal(["c1 edited", null, "c6"], read);
        var nothing = await house.Rei.GetJsonAsync($"rooms/{room}/changes?since={since}");
        Assert.Equal($$"""{"items":[],"lastChange":{{since}},"more":false}""", nothing.GetRawText());
        var all = await house.Rei.GetJsonAsync($"rooms/{room}/changes");
        Assert.Equal(6, all.Items().Length);
        Assert.Equal(all.Items().Select(item => item.GetProperty("change").GetInt64()).Order(), all.Items().Select(item => item.GetProperty("change").GetInt64()));
    }

    [Fact]
    public async Task EditAndDelete_OfEachKindOfPerson_AnswerAsTheContractSays()
    {
        var room = await ApiHouse.RoomAsync(house.Rei, isOpen: true);
        await (await house.Kenji.PostAsync($"/api/v1/rooms/{room}/join", null)).JsonAsync(204);
        var sent = await (await house.Kenji.SayAsync(room, "First", "edit-1")).JsonAsync(201);
        var path = $"/api/v1/messages/{sent.GetProperty("id").GetInt64()}";

        var edited = await (await house.Kenji.PatchAsJsonAsync(path, new { text = "Second" })).JsonAsync(200);
        Assert.Equal(("Second", 1L), (edited.GetProperty("text").GetString(), edited.GetProperty("sequence").GetInt64()));
        Assert.True(edited.GetProperty("change").GetInt64() > sent.GetProperty("change").GetInt64());
        Assert.NotEqual(JsonValueKind.Null, edited.GetProperty("editedAt").ValueKind);
        Assert.Equal("message.empty", await house.Kenji.PatchAsJsonAsync(path, new { text = " " }).CodeAsync(400));
        Assert.Equal("message.notAuthor", await house.Rei.PatchAsJsonAsync(path, new { text = "Not mine" }).CodeAsync(403));
        Assert.Equal("message.notFound", await house.Mia.PatchAsJsonAsync(path, new { text = "Stranger" }).CodeAsync(404));
        Assert.Equal("message.notFound", await house.Mia.DeleteAsync(path).CodeAsync(404));
        Assert.Equal("message.notFound", await house.Mia.DeleteAsync("/api/v1/messages/987654").CodeAsync(404));

        // The room's owner may delete; again is no error; a deleted one is not edited, by nobody.
        await (await house.Rei.DeleteAsync(path)).JsonAsync(204);
        await (await house.Kenji.DeleteAsync(path)).JsonAsync(204);
        Assert.Equal("message.deleted", await house.Kenji.PatchAsJsonAsync(path, new { text = "Third" }).CodeAsync(409));
        var kept = Assert.Single((await house.Kenji.GetJsonAsync($"rooms/{room}/messages")).Items());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (kept.GetProperty("text").ValueKind, kept.GetProperty("deletedAt").ValueKind));

        // Staff delete where they are no members; an ordinary member does not.
        var mine = await (await house.Rei.SayAsync(room, "Owner's", "edit-2")).JsonAsync(201);
        path = $"/api/v1/messages/{mine.GetProperty("id").GetInt64()}";
        Assert.Equal("message.notAuthor", await house.Kenji.DeleteAsync(path).CodeAsync(403));
        await (await house.Staff.DeleteAsync(path)).JsonAsync(204);

        // The first id is spent for ever: a late repeat makes nothing new.
        Assert.Equal(JsonValueKind.Null, (await (await house.Kenji.SayAsync(room, "First", "edit-1")).JsonAsync(200)).GetProperty("text").ValueKind);
    }

    [Fact]
    public async Task Post_OverTheLimit_Is429WithRetryAfter()
    {
        await using var app = new HouseApp(("Limits:PostsPerPersonPerMinute", "2"));
        await app.SetUpAsync();
        var (staff, _) = await app.ApiAsync(HouseApp.StaffEmail);
        await (await staff.SayAsync(1, "One", "l1")).JsonAsync(201);
        await (await staff.SayAsync(1, "Two", "l2")).JsonAsync(201);

        using var answer = await staff.SayAsync(1, "Three", "l3");

        Assert.Equal(429, (int)answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        app.Clock.Push(TimeSpan.FromSeconds(61));
        await (await staff.SayAsync(1, "Three", "l3")).JsonAsync(201);
    }

    private async Task AssertPageAsync(int room, string query, bool more, params string[] texts)
    {
        var page = await house.Rei.GetJsonAsync($"rooms/{room}/messages?{query}");

        Assert.Equal(["items", "lastChange", "more"], page.Names());
        Assert.Equal(texts, page.Texts());
        Assert.Equal((more, 7L), (page.GetProperty("more").GetBoolean(), page.GetProperty("lastChange").GetInt64()));
    }
}
