using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Persistence;

/// <summary>Accounts, rooms, messages, plugs. Each engine derives its own context from it (<c>Sqlite/</c>, <c>SqlServer/</c>, <c>Postgres/</c>).</summary>
public abstract class HouseDbContext(DbContextOptions options)
    : IdentityDbContext<AppUser, IdentityRole, string>(options), IDataProtectionKeyContext
{
    /// <summary>The schema on a server, and the prefix of nothing on SQLite, which has a file of its own.</summary>
    public const string Schema = "house";

    /// <summary>The one row of a house that has been set up.</summary>
    public DbSet<House> Houses => Set<House>();

    /// <summary>Links by which people join.</summary>
    public DbSet<Invitation> Invitations => Set<Invitation>();

    /// <summary>Facts about people.</summary>
    public DbSet<UserTag> UserTags => Set<UserTag>();

    /// <summary>Where people are signed in.</summary>
    public DbSet<SignIn> SignIns => Set<SignIn>();

    /// <summary>Links by which one person signs in.</summary>
    public DbSet<SignInLink> SignInLinks => Set<SignInLink>();

    /// <summary>Rooms.</summary>
    public DbSet<Room> Rooms => Set<Room>();

    /// <summary>Who belongs to which room.</summary>
    public DbSet<Membership> Memberships => Set<Membership>();

    /// <summary>Who was asked into which room.</summary>
    public DbSet<RoomInvitation> RoomInvitations => Set<RoomInvitation>();

    /// <summary>Messages.</summary>
    public DbSet<Message> Messages => Set<Message>();

    /// <summary>Plugs, adopted or only heard.</summary>
    public DbSet<Plug> Plugs => Set<Plug>();

    /// <summary>What is known of plugs' channels.</summary>
    public DbSet<PlugChannel> PlugChannels => Set<PlugChannel>();

    /// <summary>Who switched what.</summary>
    public DbSet<SwitchCommand> SwitchCommands => Set<SwitchCommand>();

    /// <summary>Accounts of plugs at the broker.</summary>
    public DbSet<PlugCredential> PlugCredentials => Set<PlugCredential>();

    /// <summary>The one row of a house whose embedded broker is open to its network.</summary>
    public DbSet<OpenedBroker> OpenedBrokers => Set<OpenedBroker>();

    /// <inheritdoc />
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(
            typeof(HouseDbContext).Assembly, type => type.IsAssignableTo(typeof(IHouseConfiguration)));
    }
}

/// <summary>Marks an entity's configuration as the house store's.</summary>
internal interface IHouseConfiguration;

/// <summary>Marks an entity's configuration as the telemetry store's.</summary>
internal interface ITelemetryConfiguration;
