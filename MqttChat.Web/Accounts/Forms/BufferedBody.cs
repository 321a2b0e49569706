using Microsoft.AspNetCore.Http.Features;

namespace MqttChat.Web.Accounts.Forms;

/// <summary>Holds what a request is answered back until it is whole, so that another answer can still take its place.</summary>
internal static class BufferedBody
{
    /// <summary>Runs the request; its body is returned and not sent, and its headers can still be changed.</summary>
    public static async Task<byte[]> OfAsync(HttpContext http, RequestDelegate run)
    {
        var line = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        var held = new StreamResponseBodyFeature(body, line);
        http.Features.Set<IHttpResponseBodyFeature>(held);
        try
        {
            await run(http);
            await held.CompleteAsync();
        }
        finally
        {
            http.Features.Set(line);
        }

        return body.ToArray();
    }
}
