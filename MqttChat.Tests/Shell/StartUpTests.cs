using MqttChat.Tests.Support;

namespace MqttChat.Tests.Shell;

/// <summary>The published program with settings or files it cannot work with: plain lines and an exit code, no stack trace.</summary>
public sealed class StartUpTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mqttchat-start-").FullName;

    [Fact]
    public async Task Start_WithSeveralBadSettings_NamesEachKeyAndEnds()
    {
        var (code, output) = await RunAsync(
            $"--Data:Directory={_folder}", "--Site:PublicUrl=house", "--House:TimeZone=Mars/Base", "--House:PricePerKilowattHour=31", "--Database:Provider=Oracle", "--Mqtt:Port=70000");

        Assert.Equal(2, code);
        Assert.Contains("Site:PublicUrl", output, StringComparison.Ordinal);
        Assert.Contains("House:TimeZone", output, StringComparison.Ordinal);
        Assert.Contains("House:PricePerKilowattHour: needs House:Currency", output, StringComparison.Ordinal);
        Assert.Contains("Database:Provider: 'Oracle' is none of Sqlite, SqlServer, Postgres.", output, StringComparison.Ordinal);
        Assert.Contains("Mqtt:Port", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Limits:PostsPerPersonPerMinute", "many", 2)]
    [InlineData("ConnectionStrings:House", "nonsense", 2)]
    public async Task Start_WithAValueThatCannotBeRead_NamesItsKeyAndEnds(string key, string value, int expected)
    {
        var (code, output) = await RunAsync($"--Data:Directory={_folder}", $"--{key}={value}");

        Assert.Equal(expected, code);
        Assert.Contains(key, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "ConnectionStrings:House: Postgres needs a connection string.")]
    [InlineData("postgres://someone@somewhere/house", "ConnectionStrings:House: no connection string of Postgres.")]
    [InlineData("Database=house", "ConnectionStrings:House: PostgreSQL needs Host=...")]
    [InlineData("Host=localhost", "ConnectionStrings:House: PostgreSQL needs Database=...")]
    public async Task Start_OnPostgresWithAWrongConnectionString_NamesItsKeyAndEnds(string connection, string told)
    {
        var (code, output) = await RunAsync($"--Data:Directory={_folder}", "--Database:Provider=postgres", $"--ConnectionStrings:House={connection}");

        Assert.Equal(2, code);
        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.DoesNotContain("someone", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnPostgresThatIsNotThere_NamesTheKeyAndEnds()
    {
        var (code, output) = await RunAsync(
            $"--Data:Directory={_folder}", "--Database:Provider=Postgres", $"--ConnectionStrings:House=Host=127.0.0.1;Port={FreePort.Next()};Database=house;Password=hidden");

        Assert.Equal(3, code);
        Assert.Contains("cannot open or bring up to date its database (Postgres)", output, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:House", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithABrokenDatabaseFile_SaysSoAndEnds()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "house.db"), new string('x', 8192));

        var (code, output) = await RunAsync($"--Data:Directory={_folder}");

        Assert.Equal(3, code);
        Assert.Contains("cannot open", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhereTheDataDirectoryCannotBeMade_SaysSoAndEnds()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");

        var (code, output) = await RunAsync($"--Data:Directory={Path.Combine(file, "below")}");

        Assert.Equal(3, code);
        Assert.Contains("Data:Directory", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<(int Code, string Output)> RunAsync(params string[] arguments) =>
        AppCommand.RunAsync(["--urls", "http://127.0.0.1:0", .. arguments]);
}
