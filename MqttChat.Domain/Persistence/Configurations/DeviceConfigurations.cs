using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Persistence.Configurations;

internal sealed class PlugConfiguration : IEntityTypeConfiguration<Plug>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<Plug> builder)
    {
        builder.Property(plug => plug.Family).HasMaxLength(32);
        // Together under SQL Server's 1,700 bytes of an index key; a longer address is refused at discovery.
        builder.Property(plug => plug.Address).HasMaxLength(256);
        builder.Property(plug => plug.TopicTemplate).HasMaxLength(384);
        builder.Property(plug => plug.Dialect).HasMaxLength(4000);
        builder.Property(plug => plug.Name).HasMaxLength(100);
        builder.Property(plug => plug.ReportedName).HasMaxLength(200);
        builder.Property(plug => plug.Model).HasMaxLength(200);
        builder.Property(plug => plug.Mac).HasMaxLength(32);
        builder.HasIndex(plug => new { plug.Family, plug.TopicTemplate, plug.Address }).IsUnique();
        builder.HasOne<Room>().WithMany().HasForeignKey(plug => plug.RoomId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany(plug => plug.Channels).WithOne().HasForeignKey(channel => channel.PlugId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PlugChannelConfiguration : IEntityTypeConfiguration<PlugChannel>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<PlugChannel> builder)
    {
        builder.HasKey(channel => new { channel.PlugId, channel.Channel });
        builder.Property(channel => channel.Channel).HasMaxLength(64);
        builder.Property(channel => channel.Name).HasMaxLength(100);
    }
}

internal sealed class SwitchCommandConfiguration : IEntityTypeConfiguration<SwitchCommand>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<SwitchCommand> builder)
    {
        builder.Property(command => command.Channel).HasMaxLength(64);
        builder.Property(command => command.UserId).HasMaxLength(450);
        builder.HasIndex(command => new { command.PlugId, command.SentAt });
        builder.HasOne<Plug>().WithMany().HasForeignKey(command => command.PlugId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PlugCredentialConfiguration : IEntityTypeConfiguration<PlugCredential>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<PlugCredential> builder)
    {
        builder.Ignore(credential => credential.Topics);
        builder.Ignore(credential => credential.ShownName);
        builder.Property(credential => credential.UserName).HasMaxLength(32);
        builder.Property(credential => credential.Label).HasMaxLength(64);
        builder.Property(credential => credential.Family).HasMaxLength(32);
        builder.Property(credential => credential.Mac).HasMaxLength(12);
        builder.Property(credential => credential.Accounts).HasConversion<string>().HasMaxLength(32);
        builder.Property(credential => credential.PasswordHash).HasMaxLength(200);
        builder.Property(credential => credential.CreatedById).HasMaxLength(450);
        builder.HasIndex(credential => credential.UserName).IsUnique();
    }
}

internal sealed class OpenedBrokerConfiguration : IEntityTypeConfiguration<OpenedBroker>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<OpenedBroker> builder)
    {
        builder.Property(opened => opened.Id).ValueGeneratedNever();
        builder.Property(opened => opened.OpenedById).HasMaxLength(450);
    }
}
