using MqttChat.Web.Accounts;

namespace MqttChat.Web.Demo;

/// <summary>Tells whoever started the demo where to go and as whom. On the console and not in the log: logs are kept and sent elsewhere.</summary>
internal sealed class DemoNotice(DemoWords words, DemoMemory memory, BoundAddress address)
{
    /// <summary>The accounts of a new house.</summary>
    public Task NewAsync(string staffPassword, string residentPassword) => PrintAsync(
        words.Format("NoticeNew", address.Find(), DemoAccounts.StaffEmail, staffPassword, DemoAccounts.ResidentEmail, residentPassword, memory.Directory));

    /// <summary>The house of an earlier start.</summary>
    public Task OldAsync() => PrintAsync(
        words.Format("NoticeOld", address.Find(), DemoAccounts.StaffEmail, DemoAccounts.ResidentEmail, memory.Directory));

    private static async Task PrintAsync(string text)
    {
        var line = new string('-', 72);
        await Console.Out.WriteLineAsync($"\n{line}\n{text.Trim('\n', '\r')}\n{line}\n");
    }
}
