using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>Adds the accounts' use cases and Identity's stores under them.</summary>
public static class AccountsRegistration
{
    /// <summary>OWASP's figure for PBKDF2-HMAC-SHA512 (Identity's format 3), as of its Password Storage Cheat Sheet.</summary>
    public const int PasswordIterations = 210_000;

    /// <summary>Returns Identity's builder, to which the web part adds sign-in and tokens.</summary>
    public static IdentityBuilder AddHouseAccounts(this IServiceCollection services)
    {
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);
        services.AddSingleton<HouseSettings>().AddSingleton<AttemptLimiter>().AddSingleton<SetupCode>().AddSingleton<UnknownAccount>();
        services.AddScoped<NewAccounts>().AddScoped<HouseSetup>().AddScoped<Invitations>().AddScoped<Registration>();
        services.AddScoped<Credentials>().AddScoped<Profile>().AddScoped<People>().AddScoped<PasswordReset>().AddScoped<SignIns>()
            .AddScoped<SignInLinks>().AddScoped<Passkeys>();
        services.AddSingleton<DeviceTries>().AddScoped<FailedTries>().AddScoped<SecondFactor>().AddScoped<SecondFactorSettings>().AddScoped<SecondFactorRule>();
        services.AddScoped<ProviderAccounts>().AddScoped<AccountWays>().AddScoped<FreshProof>().AddScoped<NewStamp>();

        services.AddSingleton<ILookupNormalizer, LookupNames>();

        // Identity adds its own as scoped; the stand-in for unknown accounts lives as long as the program.
        services.AddSingleton<IPasswordHasher<AppUser>, PasswordHasher<AppUser>>();
        return services.AddIdentityCore<AppUser>(Configure).AddRoles<IdentityRole>().AddEntityFrameworkStores<HouseDbContext>();
    }

    private static void Configure(IdentityOptions options)
    {
        // Nobody needs an address. Who has one has it as user name too, and that is unique.
        options.User.RequireUniqueEmail = false;
        options.User.AllowedUserNameCharacters = "";
        options.Password.RequiredLength = AccountRules.MinPasswordLength;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Lockout.AllowedForNewUsers = true;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
    }
}
