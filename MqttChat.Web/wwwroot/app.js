// Starts Blazor with reconnecting of our own kind: at once, then every second, for as long as the page is open.
const quietFor = 5000;
const notice = document.getElementById('components-reconnect-modal');
let showTimer = 0;
let isAway = false;

const hide = () => {
  clearTimeout(showTimer);
  showTimer = 0;
  isAway = false;
  notice.classList.remove('mc-reconnect-shown');
  document.dispatchEvent(new Event('mqttchat:reconnected'));
};

notice.addEventListener('components-reconnect-state-changed', async ({ detail }) => {
  switch (detail.state) {
    case 'show':
    case 'retrying':
      isAway = true;
      document.dispatchEvent(new Event('mqttchat:disconnected'));
      showTimer ||= setTimeout(() => notice.classList.add('mc-reconnect-shown'), quietFor);
      break;
    case 'hide':
      hide();
      break;
    case 'rejected':
    case 'failed':
      // The program was restarted or gave the circuit up: nothing is lost, drafts and waiting messages are in the browser.
      location.reload();
      break;
  }
});

// A tab that comes back does not wait for the next try.
document.addEventListener('visibilitychange', async () => {
  if (document.visibilityState !== 'visible' || !showTimer) return;
  try {
    if (!await Blazor.reconnect()) location.reload();
  } catch { /* still away: the retries go on */ }
});

// A sheet to hand out is printed; a hint that was put off stays away for a week.
document.addEventListener('click', event => {
  if (event.target.closest?.('[data-print]')) window.print();
  const later = event.target.closest?.('[data-put-off]');
  if (!later) return;
  document.cookie = `${later.dataset.putOff}=1; path=/; max-age=${7 * 24 * 3600}; samesite=lax`;
  later.parentElement.remove();
});

// A form that asks where the house is proposes where this browser is.
for (const field of document.querySelectorAll('[data-browser-zone]')) field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';

// A password can be looked at while it is typed. It goes out as a password, or the browser would not offer to keep it.
const reveal = (eye, shown) => {
  document.getElementById(eye.getAttribute('aria-controls')).type = shown ? 'text' : 'password';
  eye.setAttribute('aria-pressed', String(shown));
};
document.addEventListener('click', event => {
  const eye = event.target.closest?.('[data-reveal]');
  if (eye) reveal(eye, eye.getAttribute('aria-pressed') !== 'true');
});
document.addEventListener('submit', event => {
  for (const eye of event.target.querySelectorAll('[data-reveal]')) reveal(eye, false);
}, true);

// The way past the header takes the focus along, and is no navigation.
document.addEventListener('click', event => {
  if (!event.target.closest?.('.mc-skip')) return;
  event.preventDefault();
  document.getElementById('content').focus();
}, true);

// Menus made of <details> close by Escape and by a click elsewhere.
document.addEventListener('click', event => {
  for (const menu of document.querySelectorAll('details.mc-menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details.mc-menu[open]')) {
    menu.open = false;
    menu.querySelector('summary')?.focus();
  }
});

// The framework tries a page's first link once, and leaves the page dead where that fails. A lost link has retries of its own.
const drawnIsGoodFor = 120_000;
const askedAtKey = 'mc-signed-out';
// Signed out elsewhere, suspended, expired: asked for anew, the page leads to the sign-in. What was written is kept.
const isSignedOut = error => /\b401\b/.test(String(error));
const toSignIn = async () => {
  let pause = 0;
  try {
    // A page that comes all the same is not asked for without an end.
    pause = Date.now() - Number(sessionStorage.getItem(askedAtKey)) < 5000 ? 5000 : 0;
    sessionStorage.setItem(askedAtKey, Date.now());
  } catch { /* no storage */ }
  await new Promise(done => setTimeout(done, pause));
  location.reload();
  await new Promise(() => { });
};
const comesUp = link => {
  const [start, since, isFirst] = [link.start.bind(link), performance.now(), !isAway];
  link.start = async () => {
    for (;;) {
      try {
        await start();
        break;
      } catch (error) {
        if (isSignedOut(error)) await toSignIn();
        if (!isFirst) throw error;
        await new Promise(done => setTimeout(done, 1000));
      }
    }
    if (!isFirst || performance.now() - since < drawnIsGoodFor) return;
    location.reload();
    await new Promise(() => { });
  };
  return link;
};

Blazor.start({
  circuit: {
    // The server says something every three seconds; a frozen one is left for another instance before anyone wonders.
    configureSignalR: connection => {
      connection.withServerTimeout(8000);
      const build = connection.build.bind(connection);
      connection.build = () => comesUp(build());
    },
    reconnectionOptions: {
      maxRetries: 1_000_000,
      retryIntervalMilliseconds: attempt => attempt < 5 ? 200 * (attempt + 1) : 1000,
    },
  },
});

// How much is unread stands in every page's title and beside the way to the rooms. A page that is not live asks for it.
const most = 99;
const askedEvery = 20_000;
let asked = 0;
const unreadWords = count => count > most ? `${most}+` : String(count);
const showUnread = count => {
  for (const badge of document.querySelectorAll('[data-unread-count]')) {
    badge.hidden = count === 0;
    if (badge.textContent !== unreadWords(count)) badge.textContent = unreadWords(count);
  }
  // A room's own script has its title.
  if (document.querySelector('[data-title]')) return;
  const title = document.title.replace(/^\(\d+\+?\) /, '');
  const shown = count > 0 ? `(${unreadWords(count)}) ${title}` : title;
  if (document.title !== shown) document.title = shown;
};
const countUnread = () => {
  const live = document.querySelector('[data-unread]');
  if (live) showUnread(Number(live.dataset.unread));
  return live !== null;
};
const askUnread = async () => {
  if (countUnread() || !document.querySelector('[data-forget]') || Date.now() - asked < askedEvery) return;
  asked = Date.now();
  try {
    const answer = await fetch('/rooms/unread', { redirect: 'error' });
    if (answer.ok) showUnread(await answer.json());
  } catch { /* the house is away, or the session has ended: asked again later */ }
};
new MutationObserver(countUnread).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ['data-unread'] });
Blazor.addEventListener('enhancedload', () => { asked = 0; });
addEventListener('load', askUnread);
setInterval(askUnread, 2000);

// The page that says the house cannot be reached: in this language, and there before it is needed. Nothing else is kept.
try { localStorage.setItem('mqttchat:language', document.documentElement.lang); } catch { /* the browser's language then */ }
if (navigator.serviceWorker) {
  addEventListener('load', () => navigator.serviceWorker.register('/service-worker.js').catch(() => { /* the browser's own page then */ }));
}

// A page that comes alive is drawn anew: who was at a link or button by keyboard already is still there afterwards.
const comesAliveWithin = 10000;
let focused = null;
let aliveBy = comesAliveWithin;
document.addEventListener('focusin', event => { focused = event.target; });
new MutationObserver(() => {
  if (!focused || focused.isConnected || document.activeElement !== document.body || performance.now() > aliveBy) return;
  const was = focused;
  focused = null;
  [...document.getElementsByTagName(was.localName)].find(one => one.isEqualNode(was))?.focus({ preventScroll: true });
}).observe(document.body, { childList: true, subtree: true });
Blazor.addEventListener('enhancedload', () => { aliveBy = performance.now() + comesAliveWithin; });

// Passkeys cost only the pages that have a form for them.
const passkeys = async () => {
  if (document.querySelector('form[data-passkey]')) (await import('./account/passkeys.js')).ready();
};
Blazor.addEventListener('enhancedload', passkeys);
passkeys();
