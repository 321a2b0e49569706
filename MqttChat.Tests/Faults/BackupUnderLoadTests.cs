using System.Net.Http.Headers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>A backup taken while people post and plugs report, restored elsewhere: all that was acknowledged before is there, and life goes on.</summary>
[Collection(FaultProcesses.Name)]
public sealed class BackupUnderLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mqttchat-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Backup_TakenUnderLoad_RestoredElsewhere_HasAllThatWasAcknowledgedBefore()
    {
        await using var house = await FaultHouse.StartAsync(default, "Limits:PostsPerPersonPerMinute=0");
        var publishers = await FaultPublishers.AdoptAsync(house, "backup", 6);
        var room = await house.Staff.MakeRoomAsync("Load");
        Acknowledged before = null!;
        using (var posters = new Posters(house.Staff, room, 3))
        {
            await publishers.RunDuringAsync(reportsEach: 60, TimeSpan.FromMilliseconds(25), BackUpAsync);
            async Task BackUpAsync()
            {
                await publishers.PublishedAsync(0.4);
                await Eventually.TrueAsync(() => posters.Stored().Count >= 20, TimeSpan.FromSeconds(60), "people have posted");
                before = new(posters.Stored(), await StoredAsync(house, publishers));
                var (code, output) = await AppCommand.RunAsync("--backup", Path.Combine(_folder, "backup"), $"--Data:Directory={house.App.DataDirectory}");
                Assert.True(code == 0, output);
                Assert.True(posters.Stored().Count > before.Messages.Count, "people went on posting");
            }

            await posters.StopAsync();
        }

        await house.App.StopAsync();
        var data = Path.Combine(_folder, "restored");
        var (restored, said) = await AppCommand.RunAsync("--restore", Path.Combine(_folder, "backup"), $"--Data:Directory={data}");
        Assert.True(restored == 0, said);
        await AssertWholeAsync(house, data, before);
        await GoesOnAsync(house, publishers, data);
    }

    private static async Task<Dictionary<int, List<double>>> StoredAsync(FaultHouse house, FaultPublishers publishers)
    {
        // What ingest has acknowledged is stored: its acknowledgement follows the commit.
        await using var store = house.OpenTelemetry();
        var stored = new Dictionary<int, List<double>>();
        foreach (var one in publishers.All)
        {
            stored[one.Plug.Id] = (await house.ReadingsOfAsync(store, one.Plug.Id)).Watts;
        }

        return stored;
    }

    private static async Task AssertWholeAsync(FaultHouse house, string data, Acknowledged before)
    {
        await using var stores = DatabaseSetup.BuildStores(DatabaseOptions.SqliteIn(data));
        await using (var rooms = await stores.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync())
        {
            var messages = await rooms.Messages.Select(message => new { message.RoomId, message.Sequence }).ToListAsync();
            Assert.NotEmpty(before.Messages);
            Assert.Empty(before.Messages.Except(messages.Select(message => MessageId.Of(message.RoomId, message.Sequence))));
            Assert.Equal([], await ProblemsAsync(rooms));
        }

        await using var telemetry = await stores.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        Assert.Equal([], await ProblemsAsync(telemetry));
        foreach (var (plug, reports) in before.Reports)
        {
            var (watts, counted) = await house.ReadingsOfAsync(telemetry, plug);
            Assert.NotEmpty(reports);
            Assert.Empty(reports.Except(watts));
            Assert.Equal(watts.Distinct().Count(), watts.Count);
            Assert.Equal(watts.Max() * FaultPlug.KilowattHoursPerReport, counted, 6);
        }
    }

    // The restored house takes the old one's place at the broker: who was signed in still is, and energy is exact with the next report.
    private static async Task GoesOnAsync(FaultHouse house, FaultPublishers publishers, string data)
    {
        await using var app = await AppProcess.StartInAsync(data, default, [.. house.Broker.AppSettings]);
        using var http = new HttpClient { BaseAddress = app.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", house.Staff.AccessToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync("/api/v1/me")).StatusCode);
        await publishers.RunAsync(1);
        await using var stores = DatabaseSetup.BuildStores(DatabaseOptions.SqliteIn(data));
        await using var telemetry = await stores.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        foreach (var one in publishers.All)
        {
            await Eventually.TrueAsync(
                async () => Math.Abs((await house.ReadingsOfAsync(telemetry, one.Plug.Id)).Counted - (one.Sent * FaultPlug.KilowattHoursPerReport)) < 1e-6,
                what: $"{one.Plug.Name}'s energy is exact");
        }

        await stores.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }

    private static async Task<List<string>> ProblemsAsync(DbContext store)
    {
        var integrity = await store.Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check").ToListAsync();
        var keys = await store.Database.SqlQueryRaw<string>("""SELECT "table" AS Value FROM pragma_foreign_key_check""").ToListAsync();
        return [.. integrity.Where(line => line != "ok"), .. keys];
    }

    /// <summary>What was acknowledged before the backup began: ids of messages, and numbers of reports by plug.</summary>
    private sealed record Acknowledged(HashSet<long> Messages, Dictionary<int, List<double>> Reports);

    /// <summary>People who post one message after another.</summary>
    private sealed class Posters : IDisposable
    {
        private readonly CancellationTokenSource _enough = new();
        private readonly HashSet<long> _stored = [];
        private readonly Task _posting;

        public Posters(HouseApi api, int room, int people) =>
            _posting = Task.WhenAll(Enumerable.Range(0, people).Select(person => Task.Run(async () =>
            {
                for (var number = 1; !_enough.IsCancellationRequested; number++)
                {
                    var id = await api.SayAsync(room, $"{person}: {number}");
                    lock (_stored)
                    {
                        _stored.Add(id);
                    }
                }
            })));

        /// <summary>Ids that the program has answered with so far.</summary>
        public HashSet<long> Stored()
        {
            lock (_stored)
            {
                return [.. _stored];
            }
        }

        public async Task StopAsync()
        {
            await _enough.CancelAsync();
            await _posting;
        }

        public void Dispose() => _enough.Dispose();
    }
}
