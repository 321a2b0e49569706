// Runs before the first paint: a chosen theme must not flash the other one.
(() => {
  const key = 'mqttchat:theme';
  const root = document.documentElement;
  const apply = theme => theme ? root.setAttribute('data-theme', theme) : root.removeAttribute('data-theme');
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
