using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using MimeKit;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Sends links for a new password. The page only hands over the address: whether it is known is looked up here, so that
/// the answer and its time are the same for all.
/// </summary>
internal sealed class ResetMailer(
    IServiceScopeFactory scopes, IOptions<SmtpOptions> smtp, SiteLinks links, IStringLocalizer<AccountTexts> texts, ILogger<ResetMailer> logger)
    : BackgroundService
{
    private const int MaxWaiting = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<(string Email, string Language)> _waiting = Channel.CreateBounded<(string, string)>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Whether mail is set up.</summary>
    public bool CanSend => smtp.Value.Host.Length > 0 && links.PublicUrl is not null;

    /// <summary>Notes a wish; never waits. Of more than 100 waiting ones the newest are dropped.</summary>
    public void Offer(string email) => _waiting.Writer.TryWrite((email, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (email, language) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            deadline.CancelAfter(Patience);
            try
            {
                await SendAsync(email, language, deadline.Token);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Without the address: the log must not say who lives here, and a mail server repeats it in its answer.
                logger.LogError("A mail for a new password could not be sent through {Host}: {Reason}", smtp.Value.Host, ReasonOf(error));
            }
        }
    }

    private static string ReasonOf(Exception error) => error switch
    {
        SmtpCommandException refused => $"{refused.ErrorCode}, {(int)refused.StatusCode}",
        SocketException unreachable => $"{unreachable.SocketErrorCode}",
        _ => error.GetType().Name,
    };

    private async Task SendAsync(string email, string language, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<PasswordReset>().ByMailAsync(email) is not { } found)
        {
            return;
        }

        var message = Compose(found.User, found.Ticket, found.User.Language ?? language);
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
        var security = smtp.Value.Port == 465 ? SecureSocketOptions.SslOnConnect
            : smtp.Value.Username.Length > 0 ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
        await client.ConnectAsync(smtp.Value.Host, smtp.Value.Port, security, cancellation);
        if (smtp.Value.Username.Length > 0)
        {
            await client.AuthenticateAsync(smtp.Value.Username, smtp.Value.Password, cancellation);
        }

        await client.SendAsync(message, cancellation);
        await client.DisconnectAsync(true, cancellation);
    }

    private MimeMessage Compose(AppUser user, ResetTicket ticket, string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(
            LanguageSetup.Languages.Contains(language) ? language : LanguageSetup.DefaultLanguage);
        var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(smtp.Value.From));
        message.To.Add(new MailboxAddress(user.DisplayName, user.Email!));
        message.Subject = texts["MailResetSubject"];
        message.Body = new TextPart("plain")
        {
            Text = texts["MailResetBody", user.DisplayName, new Uri(links.PublicUrl!, ticket.Path).ToString()],
        };
        return message;
    }
}
