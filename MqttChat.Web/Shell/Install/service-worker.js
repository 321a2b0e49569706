// Shows a page of our own while the house cannot be reached. It keeps that page and its files only: no page with people's data, and
// no request of a live page goes through it. The server puts `version` and `files` in front, which change with the files' content.
const page = '/offline';
const cacheName = `mqttchat-offline-${version}`;

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(cacheName);
  await cache.addAll([page, ...files].map(path => new Request(path, { cache: 'reload' })));
  // It holds nothing that a page in use depends on, so a new one need not wait for the old pages to go.
  await self.skipWaiting();
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith('mqttchat-offline-') && name !== cacheName) await caches.delete(name);
  }
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
})()));

const kept = path => caches.match(path, { cacheName });

const open = async event => {
  try {
    const answer = await event.preloadResponse ?? await fetch(event.request);
    // A proxy in front answers so while the program behind it is away.
    return answer.status >= 502 && answer.status <= 504 ? await kept(page) ?? answer : answer;
  } catch (error) {
    const offline = await kept(page);
    if (offline) return offline;
    throw error;
  }
};

self.addEventListener('fetch', event => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    event.respondWith(open(event));
    return;
  }
  // Only the offline page asks for these: live pages have them under names with a hash.
  const url = new URL(request.url);
  if (url.origin === location.origin && files.includes(url.pathname)) {
    event.respondWith((async () => await kept(url.pathname) ?? fetch(request))());
  }
});
