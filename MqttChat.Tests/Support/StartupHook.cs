using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Web.Accounts;
using MqttChat.Web.Telemetry;

/// <summary>Runs inside a probed program (<c>DOTNET_STARTUP_HOOKS</c>, which wants this name in no namespace): answers <see cref="AppProbe"/>.</summary>
internal static class StartupHook
{
    private const int MaxTexts = 1000;
    private static readonly ConcurrentDictionary<string, long> Queries = new();
    private static IServiceProvider? _services;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(AppProbe.Variable) is not { Length: > 0 } path)
        {
            return;
        }

        // What the program starts is not probed.
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        DiagnosticListener.AllListeners.Subscribe(new Listeners());
        new Thread(() => Serve(path)) { IsBackground = true, Name = "probe" }.Start();
    }

    private static void Serve(string path)
    {
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        while (true)
        {
            using var socket = listener.Accept();
            using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream);
            using var writer = new StreamWriter(stream);
            if (reader.ReadLine() == AppProbe.Collect)
            {
                for (var i = 0; i < 2; i++)
                {
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                    GC.WaitForPendingFinalizers();
                }

                GC.Collect();
            }

            writer.WriteLine(JsonSerializer.Serialize(new AppFigures(GC.GetTotalMemory(false), Subscriptions(), new(Queries))));
        }
    }

    private static Dictionary<string, int> Subscriptions()
    {
        if (_services is null)
        {
            return [];
        }

        var ticks = _services.GetRequiredService<Ticks>();
        return new()
        {
            ["signals"] = Field(_services.GetRequiredService<SignalHub>(), "_byTopic"),
            ["rooms"] = Field(_services.GetRequiredService<RoomFeeds>(), "_feeds"),
            ["lists of rooms"] = Field(_services.GetRequiredService<RoomListFeed>(), "_people"),
            ["power"] = Field(_services.GetRequiredService<PowerFeed>(), "_subscribers"),
            ["ticks"] = Field(ticks.Slow, "_listeners") + Field(ticks.Fast, "_listeners"),
            ["circuits"] = _services.GetRequiredService<CircuitLimit>().Count,
            ["sockets"] = _services.GetRequiredService<CircuitSockets>().Count,
        };
    }

    private static int Field(object owner, string name) =>
        Entries(owner.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(owner));

    // Lists in dictionaries count by what is in them, feeds by who looks.
    private static int Entries(object? value) => value switch
    {
        null => 0,
        Delegate listeners => listeners.GetInvocationList().Length,
        IDictionary dictionary => dictionary.Values.Cast<object>().ToArray().Sum(one => Entries(one)),
        ICollection collection => collection.Count,
        RoomFeed feed => feed.Count,
        _ => Entries(value.GetType().GetProperty("Subscriptions")?.GetValue(value)),
    };

    private sealed class Listeners : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name is "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(this);
            }
            else if (value.Name is "Microsoft.EntityFrameworkCore")
            {
                value.Subscribe(this, name => name == "Microsoft.EntityFrameworkCore.Database.Command.CommandExecuting");
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilt", Value: IHost host })
            {
                _services = host.Services;
            }
            else if (value.Value is not null)
            {
                CountQuery(value.Value);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        private static void CountQuery(object data)
        {
            if (data is CommandEventData command && (Queries.Count < MaxTexts || Queries.ContainsKey(command.Command.CommandText)))
            {
                Queries.AddOrUpdate(command.Command.CommandText, 1, (_, count) => count + 1);
            }
        }
    }
}
