using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MqttChat.Tests.Api;

/// <summary>Rooms and their members over the HTTP API, to the letter of its contract.</summary>
public sealed class RoomsApiTests(ApiHouse house) : IClassFixture<ApiHouse>
{
    [Fact]
    public async Task Create_MakesTheMakerAMember_AndListsIt()
    {
        var made = await (await house.Rei.PostAsJsonAsync("/api/v1/rooms", new { name = " Garden ", isOpen = true })).JsonAsync(201);
        var id = made.GetProperty("id").GetInt32();

        Assert.Equal($$"""{"id":{{id}},"name":"Garden","isOpen":true}""", made.GetRawText());
        Assert.Equal($$"""{"id":{{id}},"name":"Garden","isOpen":true,"isMember":true,"unread":0,"lastMessageAt":null}""", (await LineAsync(house.Rei, id))?.GetRawText());
        Assert.False((await LineAsync(house.Kenji, id))!.Value.GetProperty("isMember").GetBoolean());
        Assert.Equal(["items", "more"], (await house.Rei.GetJsonAsync("rooms")).Names());
    }

    [Theory]
    [InlineData("  ", "room.nameEmpty")]
    [InlineData(null, "room.nameEmpty")]
    [InlineData("a\u0007b", "room.nameUnreadable")]
    [InlineData("long", "room.nameTooLong")]
    public async Task Create_WithABadName_NamesTheField(string? name, string code)
    {
        var answer = await house.Rei.PostAsJsonAsync("/api/v1/rooms", new { name = name == "long" ? new string('a', 101) : name, isOpen = true });

        var problem = await answer.JsonAsync(400);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty("name", out _));
    }

    [Fact]
    public async Task JoinAndLeave_OfAnOpenRoom_Answer204EachTime()
    {
        var id = await ApiHouse.RoomAsync(house.Rei, isOpen: true);

        foreach (var way in (string[])["join", "join", "leave", "leave"])
        {
            await (await house.Kenji.PostAsync($"/api/v1/rooms/{id}/{way}", null)).JsonAsync(204);
            Assert.Equal(way == "join", (await LineAsync(house.Kenji, id))!.Value.GetProperty("isMember").GetBoolean());
        }

        var everyone = (await house.Kenji.GetJsonAsync("rooms")).Items()[0].GetProperty("id").GetInt32();
        Assert.Equal("room.everyone", await house.Kenji.PostAsync($"/api/v1/rooms/{everyone}/leave", null).CodeAsync(409));
    }

    [Fact]
    public async Task Members_AreManagedByOwnerAndStaff_AndByNobodyElse()
    {
        var id = await ApiHouse.RoomAsync(house.Rei, isOpen: false);
        var kenji = $"/api/v1/rooms/{id}/members/{house.KenjiId}";

        Assert.Equal("room.notFound", await house.Mia.PutAsync(kenji, null).CodeAsync(404));
        await (await house.Rei.PutAsync(kenji, null)).JsonAsync(204);
        await (await house.Rei.PutAsync(kenji, null)).JsonAsync(204);
        var asked = (await LineAsync(house.Kenji, id))!.Value;
        Assert.Equal((false, true), (asked.GetProperty("isMember").GetBoolean(), asked.GetProperty("isInvited").GetBoolean()));
        await (await house.Kenji.PostAsync($"/api/v1/rooms/{id}/join", null)).JsonAsync(204);
        Assert.Equal("room.notOwner", await house.Kenji.DeleteAsync(kenji).CodeAsync(403));
        Assert.True((await LineAsync(house.Kenji, id))!.Value.GetProperty("isMember").GetBoolean());

        await (await house.Staff.DeleteAsync(kenji)).JsonAsync(204);
        await (await house.Staff.DeleteAsync(kenji)).JsonAsync(204);
        Assert.Null(await LineAsync(house.Kenji, id));
        Assert.Equal("room.personNotFound", await house.Rei.PutAsync($"/api/v1/rooms/{id}/members/nobody", null).CodeAsync(404));

        // Staff add; an owner asks, and is told once it was declined.
        await (await house.Staff.PutAsync(kenji, null)).JsonAsync(204);
        Assert.True((await LineAsync(house.Kenji, id))!.Value.GetProperty("isMember").GetBoolean());
        await (await house.Rei.DeleteAsync(kenji)).JsonAsync(204);
        await (await house.Rei.PutAsync(kenji, null)).JsonAsync(204);
        await (await house.Kenji.PostAsync($"/api/v1/rooms/{id}/decline", null)).JsonAsync(204);
        Assert.Equal("room.notFound", await house.Kenji.PostAsync($"/api/v1/rooms/{id}/decline", null).CodeAsync(404));
        Assert.Equal("room.declined", await house.Rei.PutAsync(kenji, null).CodeAsync(409));
        Assert.Null(await LineAsync(house.Kenji, id));
    }

    [Fact]
    public async Task RoomOfOthers_IsAnsweredLikeNone()
    {
        var theirs = await ApiHouse.RoomAsync(house.Rei, isOpen: false);
        await (await house.Rei.SayAsync(theirs, "Secret", "secret")).JsonAsync(201);
        const int Absent = 987_654;

        foreach (var (method, path, body) in (List<(string, string, object?)>)[
            ("GET", "messages", null), ("GET", "messages?before=9", null), ("GET", "changes?since=0", null),
            ("POST", "messages", new { text = "Hello", clientMessageId = "stranger" }), ("POST", "join", null), ("POST", "leave", null),
            ("PUT", $"members/{house.KenjiId}", null), ("DELETE", $"members/{house.KenjiId}", null)])
        {
            var (forbidden, absent) = (await AskAsync(theirs), await AskAsync(Absent));
            Assert.True(forbidden.StartsWith("404 ", StringComparison.Ordinal), $"{method} {path}: {forbidden}");
            Assert.Equal(absent.Replace($"{Absent}", "ID", StringComparison.Ordinal), forbidden.Replace($"/{theirs}/", "/ID/", StringComparison.Ordinal));

            async Task<string> AskAsync(int room)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/rooms/{room}/{path}");
                request.Content = body is null ? null : JsonContent.Create(body);
                using var answer = await house.Kenji.SendAsync(request);
                return $"{(int)answer.StatusCode} {answer.Headers}{answer.Content.Headers}{await answer.Content.ReadAsStringAsync()}";
            }
        }
    }

    [Fact]
    public async Task Unread_CountsWhatOthersWrote()
    {
        var id = await ApiHouse.RoomAsync(house.Rei, isOpen: true);
        await (await house.Kenji.PostAsync($"/api/v1/rooms/{id}/join", null)).JsonAsync(204);
        var sent = await (await house.Rei.SayAsync(id, "One", "unread-1")).JsonAsync(201);
        await (await house.Rei.SayAsync(id, "Two", "unread-2")).JsonAsync(201);
        await (await house.Kenji.SayAsync(id, "Mine", "unread-3")).JsonAsync(201);

        var line = (await LineAsync(house.Kenji, id))!.Value;
        Assert.Equal(2, line.GetProperty("unread").GetInt32());
        Assert.Matches(new Regex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"), line.GetProperty("lastMessageAt").GetString());
        Assert.True(line.GetProperty("lastMessageAt").GetDateTimeOffset() >= sent.GetProperty("sentAt").GetDateTimeOffset());
    }

    private static async Task<JsonElement?> LineAsync(HttpClient client, int id) =>
        (await client.GetJsonAsync("rooms")).Items().Where(room => room.GetProperty("id").GetInt32() == id).Select(room => (JsonElement?)room).SingleOrDefault();
}
