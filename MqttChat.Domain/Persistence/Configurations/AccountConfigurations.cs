using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MqttChat.Domain.Accounts;

namespace MqttChat.Domain.Persistence.Configurations;

internal sealed class AppUserConfiguration : IEntityTypeConfiguration<AppUser>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<AppUser> builder)
    {
        builder.Property(user => user.DisplayName).HasMaxLength(64);
        builder.Property(user => user.Language).HasMaxLength(8);
        builder.HasMany(user => user.Tags).WithOne().HasForeignKey(tag => tag.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class UserTagConfiguration : IEntityTypeConfiguration<UserTag>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<UserTag> builder)
    {
        builder.HasKey(tag => new { tag.UserId, tag.Key });
        builder.Property(tag => tag.Key).HasMaxLength(64);
        builder.Property(tag => tag.Value).HasMaxLength(256);
    }
}

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.HasIndex(invitation => invitation.CodeHash).IsUnique();
        builder.Property(invitation => invitation.CodeHash).HasMaxLength(64);
        builder.Property(invitation => invitation.Role).HasMaxLength(32);
        builder.Property(invitation => invitation.Label).HasMaxLength(64);
        builder.Property(invitation => invitation.CreatedById).HasMaxLength(450);
    }
}

internal sealed class SignInConfiguration : IEntityTypeConfiguration<SignIn>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<SignIn> builder)
    {
        builder.Property(known => known.Id).ValueGeneratedNever();
        builder.Property(known => known.SecurityStamp).HasMaxLength(64);
        builder.Property(known => known.Browser).HasMaxLength(32);
        builder.Property(known => known.System).HasMaxLength(32);
        builder.HasIndex(known => known.UserId);
        builder.HasOne<AppUser>().WithMany().HasForeignKey(known => known.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SignInLinkConfiguration : IEntityTypeConfiguration<SignInLink>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<SignInLink> builder)
    {
        builder.HasKey(link => link.UserId);
        builder.HasIndex(link => link.CodeHash).IsUnique();
        builder.Property(link => link.CodeHash).HasMaxLength(64);
        builder.Property(link => link.CreatedById).HasMaxLength(450);
        builder.HasOne<AppUser>().WithOne().HasForeignKey<SignInLink>(link => link.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class HouseConfiguration : IEntityTypeConfiguration<House>, IHouseConfiguration
{
    public void Configure(EntityTypeBuilder<House> builder)
    {
        builder.Property(house => house.Id).ValueGeneratedNever();
        builder.Property(house => house.Name).HasMaxLength(100);
        builder.Property(house => house.TimeZone).HasMaxLength(64);
        builder.Property(house => house.Language).HasMaxLength(8);
        builder.Property(house => house.Currency).HasMaxLength(3);
        builder.Property(house => house.PricePerKilowattHour).HasPrecision(13, 6);
    }
}
