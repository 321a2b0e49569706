using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Tests.Devices;

/// <summary>A broker's edge that keeps what was sent.</summary>
internal sealed class FakePlugCommands : IPlugCommands
{
    private readonly List<PlugCommand> _sent = [];

    public FakePlugCommands() => OnSend = _ => Task.CompletedTask;

    public Func<PlugCommand, Task> OnSend { get; set; }

    public IReadOnlyList<PlugCommand> Sent => _sent;

    public async Task SendAsync(PlugCommand command, CancellationToken cancellation)
    {
        await OnSend(command);
        _sent.Add(command);
    }
}
