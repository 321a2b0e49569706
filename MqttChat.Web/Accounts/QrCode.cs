using System.Globalization;
using System.Text;
using QRCoder;

namespace MqttChat.Web.Accounts;

/// <summary>A QR code as one path of an SVG picture, with its quiet zone; the unit is one module.</summary>
internal sealed record QrCode(int Size, string Path)
{
    /// <summary>Draws a text. Level M: up to 15 % of a printed sheet may be soiled.</summary>
    public static QrCode Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                var start = x;
                while (x < rows.Count && rows[y][x])
                {
                    x++;
                }

                if (x > start)
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h{start - x}z");
                }
            }
        }

        return new(rows.Count, path.ToString());
    }
}
