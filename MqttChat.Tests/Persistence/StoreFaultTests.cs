using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Tests.Support;
using Npgsql;

namespace MqttChat.Tests.Persistence;

/// <summary>What an engine says in any wrapping is understood; a deadlock is repeated, or refused in words with nothing stored.</summary>
public sealed class StoreFaultTests
{
    private static readonly PostgresException Deadlock = new("deadlock detected", "ERROR", "ERROR", "40P01");

    public static TheoryData<string, Exception, bool, bool> Errors => new()
    {
        { "bare", Deadlock, true, true },
        { "wrapped by the default strategy", new InvalidOperationException("transient", Deadlock), true, true },
        { "wrapped while storing", new InvalidOperationException("transient", new DbUpdateException("storing", Deadlock)), true, true },
        { "after repeats", new RetryLimitExceededException("enough", Deadlock), true, true },
        { "a lock waited for in vain", new PostgresException("lock", "ERROR", "ERROR", "55P03"), true, false },
        { "too slow", new TimeoutException(), true, false },
        { "a fault of our own", new InvalidOperationException("two operations"), false, false },
        { "a fault of our own with a cause", new InvalidOperationException("two", new FormatException()), false, false },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Fault_InAnyWrapping_IsTold(string what, Exception error, bool isFault, bool isDeadlock) =>
        Assert.Equal((what, isFault, isDeadlock), (what, StoreFaults.IsFault(error), StoreFaults.IsDeadlock(error)));

    [Fact]
    public async Task Post_UndoneInADeadlock_IsStoredOnce()
    {
        var fault = new Deadlocks(1);
        await using var house = await HouseAsync(fault);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        fault.Arm();

        await house.PostAsync(ann, room, "hello");

        Assert.Equal(1, fault.Met);
        Assert.Equal("hello", Assert.Single(await house.StoredAsync(room)).Text);
    }

    [Fact]
    public async Task Post_UndoneEachTime_AsksToTryAgain_AndIsNotStored()
    {
        var fault = new Deadlocks(int.MaxValue);
        await using var house = await HouseAsync(fault);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        fault.Arm();

        Assert.Equal("Unavailable message.tryAgain", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, room, "hello")));

        Assert.Empty(await house.StoredAsync(room));
    }

    [Fact]
    public async Task ReadMarks_OfManyRooms_AreWrittenInOneOrder()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var rooms = new List<int>();
        for (var number = 0; number < 6; number++)
        {
            rooms.Add(await house.RoomAsync(ann));
            await house.PostAsync(ann, rooms[^1], "hello");
        }

        await house.Stores.HouseSqlAsync(
            "UPDATE \"Memberships\" SET \"LastReadSequence\" = 0; CREATE TABLE \"Told\" (\"Id\" INTEGER PRIMARY KEY AUTOINCREMENT, \"Room\" INTEGER); "
            + "CREATE TRIGGER \"Tell\" AFTER UPDATE ON \"Memberships\" BEGIN INSERT INTO \"Told\" (\"Room\") VALUES (NEW.\"RoomId\"); END;");
        var marks = house.Get<ReadMarks>();

        // Two runs start at once; what comes after waits for the clock, and is one run.
        for (var run = 0; run < 2; run++)
        {
            marks.Note(int.MaxValue, "nobody", 1);
            await marks.WhenIdleAsync();
        }

        foreach (var room in Enumerable.Reverse(rooms))
        {
            marks.Note(room, ann.UserId, 1);
        }

        await Eventually.TrueAsync(() =>
        {
            house.Stores.Clock.Advance(TimeSpan.FromSeconds(1));
            return marks.WhenIdleAsync().IsCompleted;
        });

        await using var store = await house.Stores.Houses.CreateDbContextAsync();
        var told = await store.Database.SqlQueryRaw<int>("SELECT \"Room\" AS \"Value\" FROM \"Told\" ORDER BY \"Id\"").ToListAsync();
        Assert.Equal(rooms, told);
    }

    private static Task<ChatHouse> HouseAsync(Deadlocks fault) => ChatHouse.CreateAsync(
        throughEntities: true, add: services => services.ConfigureDbContext<SqliteHouseDbContext>(options => options.AddInterceptors(fault)));

    /// <summary>So many locks of a room end in a deadlock, as the framework hands it on.</summary>
    private sealed class Deadlocks(int count) : DbCommandInterceptor
    {
        private volatile bool _isArmed;

        public int Met { get; private set; }

        public void Arm() => _isArmed = true;

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (_isArmed && Met < count && command.CommandText.StartsWith("UPDATE \"Rooms\"", StringComparison.Ordinal))
            {
                Met++;
                throw new InvalidOperationException("likely due to a transient failure", Deadlock);
            }

            return ValueTask.FromResult(result);
        }
    }
}
