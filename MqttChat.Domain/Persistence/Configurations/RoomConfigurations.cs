using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Persistence.Configurations;

internal sealed class RoomConfiguration : IEntityTypeConfiguration<Room>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<Room> builder)
    {
        builder.Property(room => room.Name).HasMaxLength(100);
        builder.Property(room => room.CreatedById).HasMaxLength(450);
    }
}

internal sealed class MembershipConfiguration : IEntityTypeConfiguration<Membership>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.HasKey(membership => new { membership.RoomId, membership.UserId });
        builder.HasIndex(membership => membership.UserId);
        builder.HasOne<Room>().WithMany().HasForeignKey(membership => membership.RoomId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<AppUser>().WithMany().HasForeignKey(membership => membership.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RoomInvitationConfiguration : IEntityTypeConfiguration<RoomInvitation>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<RoomInvitation> builder)
    {
        builder.HasKey(invitation => new { invitation.RoomId, invitation.UserId });
        builder.HasIndex(invitation => invitation.UserId);
        builder.HasIndex(invitation => invitation.InvitedById);
        builder.Property(invitation => invitation.InvitedById).HasMaxLength(450);
        builder.HasOne<Room>().WithMany().HasForeignKey(invitation => invitation.RoomId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<AppUser>().WithMany().HasForeignKey(invitation => invitation.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.Property(message => message.Text).HasMaxLength(Message.MaxTextLength);
        builder.Property(message => message.ClientMessageId).HasMaxLength(Message.MaxClientMessageIdLength);
        builder.Property(message => message.AuthorId).HasMaxLength(450);
        builder.HasIndex(message => new { message.AuthorId, message.ClientMessageId }).IsUnique();
        builder.HasIndex(message => new { message.RoomId, message.Sequence }).IsUnique();
        builder.HasIndex(message => new { message.RoomId, message.Change }).IsUnique();
        builder.HasOne<Room>().WithMany().HasForeignKey(message => message.RoomId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<AppUser>().WithMany().HasForeignKey(message => message.AuthorId).OnDelete(DeleteBehavior.Restrict);
    }
}
