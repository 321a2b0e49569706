using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MqttChat.Web.Shell.Install;

/// <summary>
/// The service worker's script. The hash of what it keeps stands in front, so that a browser finds another script, and fetches anew,
/// when and only when something of it has changed.
/// </summary>
internal sealed class OfflineWorker(IWebHostEnvironment environment)
{
    /// <summary>What the offline page is made of, under the plain names that no live page uses.</summary>
    public static readonly string[] Files = ["/app.css", "/theme.js", "/offline.js", "/favicon.svg"];

    private readonly Lazy<string> _script = new(() => Make(environment));

    public string Script => _script.Value;

    private static string Make(IWebHostEnvironment environment)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Files)
        {
            using var file = environment.WebRootFileProvider.GetFileInfo(path).CreateReadStream();
            hash.AppendData(ReadAll(file));
        }

        // The page itself is compiled into the program.
        hash.AppendData(typeof(OfflineWorker).Assembly.ManifestModule.ModuleVersionId.ToByteArray());
        var version = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        using var body = typeof(OfflineWorker).Assembly.GetManifestResourceStream("service-worker.js")!;
        return $"const version = '{version}';\nconst files = {JsonSerializer.Serialize(Files)};\n{Encoding.UTF8.GetString(ReadAll(body))}";
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
