using System.Globalization;

namespace MqttChat.Web.Shell;

/// <summary>
/// <c>--health</c>: asks the program that runs on this machine, with the same settings, whether it is ready. For a container's health
/// check, so that its image needs no other program for that.
/// </summary>
internal static class HealthCommand
{
    private const string Option = "--health";
    private const int DefaultPort = 5000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Null when the command was not given, else the exit code: 0 ready (perhaps without its broker), 1 not. Needs none of the program's services.</summary>
    public static async Task<int?> RunAsync(string[] args, TextWriter output)
    {
        if (!args.Contains(Option))
        {
            return null;
        }

        var settings = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddCommandLine([.. args.Where(arg => arg != Option)]).Build();
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            using var answer = await http.GetAsync(new Uri($"http://localhost:{PortOf(settings)}/health/ready"));
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or FormatException)
        {
            await output.WriteLineAsync(error.Message);
            return 1;
        }
    }

    /// <summary>The first port that speaks plain http, as the web server finds it.</summary>
    internal static int PortOf(IConfiguration settings)
    {
        var urls = settings["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (urls.FirstOrDefault(url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) is { } plain)
        {
            return BindingAddress.Parse(plain).Port;
        }

        return settings["HTTP_PORTS"]?.Split(';')[0] is { Length: > 0 } port ? int.Parse(port, CultureInfo.InvariantCulture) : DefaultPort;
    }
}
