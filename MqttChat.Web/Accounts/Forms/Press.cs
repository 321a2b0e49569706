using System.Security.Cryptography;
using System.Text;

namespace MqttChat.Web.Accounts.Forms;

/// <summary>One press of a form's button: of which browser, which drawing of the form, and where needed with which values.</summary>
/// <param name="Key">The same for the same press; tells nothing of what was typed.</param>
/// <param name="LinkKey">The same for every press and visit of that address in that browser, where the address is what is used up.</param>
/// <param name="Values">The same for the same values.</param>
/// <param name="Browser">Whose.</param>
internal sealed record Press(string Key, string? LinkKey, string Values, string Browser)
{
    /// <summary>The hidden field.</summary>
    public const string Field = "_press";

    private const int IdLength = 33;

    private static readonly char[] Marks = ['r', 'o', 'l'];

    /// <summary>The number of a new drawing of a form.</summary>
    public static string NewId(FormUse use) => Marks[(int)use] + RandomNumberGenerator.GetHexString(IdLength - 1, lowercase: true);

    /// <summary>What was pressed; null for a form without a number, or of a browser without a cookie.</summary>
    public static Press? Of(HttpContext http, IFormCollection? form)
    {
        if (BrowserKey.Of(http) is not { } browser || form is null)
        {
            return null;
        }

        if (form[Field] is not [{ Length: IdLength } id] || Array.IndexOf(Marks, id[0]) is not (>= 0 and var use))
        {
            return null;
        }

        var values = Hash(ValuesOf(form));
        return new(
            Hash(browser, id, http.Request.Path, (FormUse)use == FormUse.Repeatable ? values : ""),
            (FormUse)use == FormUse.OfLink ? LinkKeyOf(browser, http.Request.Path) : null, values, browser);
    }

    /// <summary>The key of an address that is used up in that browser.</summary>
    public static string LinkKeyOf(string browser, string? path) => Hash(browser, "link", path);

    // Names and values in their order, each with its length: no two forms read alike.
    private static string ValuesOf(IFormCollection form)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in form.SelectMany(field => field.Value.Select(value => (field.Key, value ?? ""))))
        {
            text.Append(name.Length).Append(':').Append(name).Append(value.Length).Append(':').Append(value);
        }

        return text.ToString();
    }

    private static string Hash(params ReadOnlySpan<string?> parts) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
}
