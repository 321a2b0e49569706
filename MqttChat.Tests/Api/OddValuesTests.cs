using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Api;

/// <summary>
/// Every endpoint that there is, with odd values in every place: each is answered as what it is. A new endpoint is swept without a word here.
/// </summary>
public sealed class OddValuesTests : IAsyncLifetime
{
    private readonly HouseApp _app = new(("Limits:PostsPerPersonPerMinute", "0"), ("Accounts:Registration", "Open"));
    private HttpClient _program = null!;
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        _app.UseKestrel(0);
        _app.StartServer();
        var staff = await _app.SetUpAsync();
        await _app.ConnectedAsync();
        (_program, _) = await _app.ApiAsync(HouseApp.StaffEmail);
        _browser = _app.Browser();
        await _browser.SubmitAsync("/account/login", "login", ("email", HouseApp.StaffEmail), ("password", HouseApp.Password));
        var registry = _app.Services.GetRequiredService<DeviceRegistry>();
        await registry.HearAsync([new HeardRaw("tele/fridge/SENSOR", """{"ENERGY":{"Total":1.5,"Power":85}}"""u8.ToArray(), false, _app.Clock.GetUtcNow())], default);
        await registry.AdoptAsync(staff, Assert.Single(await registry.DiscoveredAsync(staff, default)).Plug.Id, "Fridge", null, default);
        await (await _program.SayAsync(1, "words", "first")).JsonAsync(201);
    }

    public async Task DisposeAsync()
    {
        _program.Dispose();
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task EveryEndpoint_WithOddValues_AnswersNeitherAFaultNorAWrongMethod()
    {
        List<string> wrong = [];
        var endpoints = _app.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => IsOurs(endpoint.RoutePattern.RawText ?? "")).ToList();
        Assert.Contains(endpoints, endpoint => endpoint.RoutePattern.RawText!.Contains("plugs/{id:int}/power", StringComparison.Ordinal));
        Assert.Contains(endpoints, endpoint => endpoint.RoutePattern.RawText!.Contains("rooms/{id:int}", StringComparison.Ordinal));
        var requests = endpoints.SelectMany(OddValues.Of).Distinct().ToList();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (odd, cancellation) =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(odd.Method), odd.Path);
            request.Content = odd.Body is null ? null : new StringContent(odd.Body, Encoding.UTF8, "application/json");
            var client = odd.Path.StartsWith("/api/", StringComparison.Ordinal) ? _program : _browser;
            using var answer = await client.SendAsync(request, cancellation);
            if ((int)answer.StatusCode is >= 500 or 405)
            {
                lock (wrong)
                {
                    wrong.Add($"{(int)answer.StatusCode} {odd.Method} {odd.Path} {odd.Body}");
                }
            }
        });

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {requests.Count}:\n{string.Join('\n', wrong.Order().Take(60))}");
    }

    // Leaving signs the browser out, and the static files are not ours.
    private static bool IsOurs(string route) => route.Trim('/') is var path
        && path is not ("account/logout" or "account/leave") && !path.StartsWith('_') && !path.StartsWith("api/docs", StringComparison.Ordinal)
        && !path.StartsWith("openapi", StringComparison.Ordinal) && !path.Contains("{**", StringComparison.Ordinal) && !Path.HasExtension(path);
}
