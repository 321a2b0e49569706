using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MqttChat.Tests.Support;

/// <summary>A certificate authority of its own, in files.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mqttchat-ca-").FullName;
    private readonly X509Certificate2 _root;

    private TestAuthority()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=House authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        _root = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        System.IO.File.WriteAllText(File, _root.ExportCertificatePem());
    }

    /// <summary>Its certificate in PEM.</summary>
    public string File => Path.Combine(_folder, "ca.pem");

    public static TestAuthority Create() => new();

    /// <summary>A server's certificate and key in PEM files.</summary>
    public (string Certificate, string Key) Issue(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(_root, now.AddHours(-1), now.AddDays(10), RandomNumberGenerator.GetBytes(8));
        var files = (Path.Combine(_folder, "server.pem"), Path.Combine(_folder, "server.key"));
        System.IO.File.WriteAllText(files.Item1, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
