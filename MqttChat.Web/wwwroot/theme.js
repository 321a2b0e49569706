// Runs before the first paint: a chosen theme must not flash the other one.
(() => {
  const key = 'mqttchat:theme';
  const root = document.documentElement;
  const colours = [...document.querySelectorAll('meta[name="theme-color"]')].map(meta => [meta, meta.media]);
  const apply = theme => {
    if (theme) root.setAttribute('data-theme', theme); else root.removeAttribute('data-theme');
    // A phone draws its own bar in this colour.
    for (const [meta, media] of colours) meta.media = !theme ? media : media.includes(theme) ? 'all' : 'not all';
  };
  try { apply(localStorage.getItem(key)); } catch { /* storage is off: the system decides */ }
  try {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone) document.cookie = `mqttchat-zone=${encodeURIComponent(zone)};path=/;max-age=31536000;samesite=lax`;
  } catch { /* an unknown zone shows times in UTC */ }
  document.addEventListener('click', event => {
    if (!event.target.closest?.('[data-theme-toggle]')) return;
    const dark = root.getAttribute('data-theme') === 'dark'
      || (!root.hasAttribute('data-theme') && matchMedia('(prefers-color-scheme: dark)').matches);
    const next = dark ? 'light' : 'dark';
    apply(next);
    try { localStorage.setItem(key, next); } catch { /* lasts until the page is left */ }
  });
})();
