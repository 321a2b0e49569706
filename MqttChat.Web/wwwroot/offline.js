// On the page that stands in for the house while it cannot be reached: the right language, and back as soon as the house answers.
const every = 3000;
let language = navigator.language;
try { language = localStorage.getItem('mqttchat:language') || language; } catch { /* the browser's language then */ }

const texts = [...document.querySelectorAll('[data-language]')];
const shown = texts.find(text => language.startsWith(text.lang)) ?? texts[0];
for (const text of texts) text.hidden = text !== shown;
document.documentElement.lang = shown.lang;
document.title = shown.querySelector('h1').textContent;

let asking = false;
const ask = async () => {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch('/health/live', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    if (answer.ok) location.reload();
  } catch { /* still away */ } finally {
    asking = false;
  }
};

setInterval(ask, every);
addEventListener('online', ask);
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && ask());
for (const button of document.querySelectorAll('[data-retry]')) button.addEventListener('click', ask);
