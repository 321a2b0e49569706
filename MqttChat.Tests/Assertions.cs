using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests;

/// <summary>
/// Playwright's assertions with the patience of <see cref="Chromium.Patience"/>. It stands before Playwright's class of this name in every
/// test: that one keeps its default with the flow of calls that set it, so that what a fixture sets never reaches a test, which then
/// waits 5 s only.
/// </summary>
internal static class Assertions
{
    /// <inheritdoc cref="Microsoft.Playwright.Assertions.Expect(ILocator)"/>
    public static ILocatorAssertions Expect(ILocator locator)
    {
        Microsoft.Playwright.Assertions.SetDefaultExpectTimeout(Chromium.Patience);
        return Microsoft.Playwright.Assertions.Expect(locator);
    }

    /// <inheritdoc cref="Microsoft.Playwright.Assertions.Expect(IPage)"/>
    public static IPageAssertions Expect(IPage page)
    {
        Microsoft.Playwright.Assertions.SetDefaultExpectTimeout(Chromium.Patience);
        return Microsoft.Playwright.Assertions.Expect(page);
    }
}
