// What a person wrote and the house does not have yet: unsent messages and edits, and drafts, in the browser's storage, so that
// neither a reload nor a restart loses them. Each is an entry of its own: tabs of one room never overwrite each other's. A full or
// forbidden storage only costs that; everything works from memory. Runs in the page's head, before whatever uses it.
(() => {
  const maxWaiting = 100;
  const maxAside = 20;
  const answersWithin = 400;
  const asksAfter = 6 * 3600_000;

  // crypto.randomUUID is missing on plain http, which a house without certificates uses.
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
  const me = newId();
  const leftKey = user => `mc-left:${user}`;
  let isLeaving = false;

  const read = key => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };

  const drop = key => {
    try { localStorage.removeItem(key); } catch { /* no storage */ }
  };

  const write = (key, value) => {
    try {
      // Who has signed out leaves nothing behind, not even by a tab that was still open.
      if (Number(localStorage.getItem(leftKey(key.split(':')[1]))) > performance.timeOrigin) return false;
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch { return false; }
  };

  const keys = prefix => {
    try { return Object.keys(localStorage).filter(key => key.startsWith(prefix)); } catch { return []; }
  };

  const entries = prefix => keys(prefix).map(key => ({ key, value: read(key) })).filter(({ value }) => value && typeof value.text === 'string');

  // What waits for one room, in the order in which it was written. `key` is person and room.
  class Outbox {
    constructor(key) {
      this.prefix = `mc-out:${key}:`;
      this.items = [];
      const user = key.split(':')[0];
      if (Number(read(leftKey(user))) < performance.timeOrigin) drop(leftKey(user));
      this.#fromBefore(key);
      this.refresh();
    }

    /** Takes in what another tab has left behind; whether there was any. */
    refresh() {
      const found = entries(this.prefix).map(({ value }) => value).filter(item => item.id && !this.items.some(known => known.id === item.id));
      for (const item of found.slice(0, maxWaiting)) this.items.push(Object.assign(item, { isStored: true }));
      if (found.length > 0) this.items.sort((a, b) => a.at - b.at || a.order - b.order);
      return found.length > 0;
    }

    get isFull() { return this.items.length >= maxWaiting; }

    add(text, more = {}) {
      const last = this.items.at(-1);
      const at = Math.max(Date.now(), last?.at ?? 0);
      const item = { id: newId(), text, at, order: last?.at === at ? last.order + 1 : 0, ...more };
      this.items.push(item);
      this.#store(item);
      return item;
    }

    change(item, what) {
      Object.assign(item, what);
      this.#store(item);
    }

    remove(id) {
      this.items = this.items.filter(item => item.id !== id);
      drop(this.prefix + id);
    }

    /** False for what another tab has sent or thrown away meanwhile. */
    holds(item) {
      try { return this.items.includes(item) && (!item.isStored || localStorage.getItem(this.prefix + item.id) !== null); } catch { return true; }
    }

    /** Waiting for so long that it is asked whether it is still to be sent. */
    asks(item) { return !item.agreed && Date.now() - item.at > asksAfter; }

    /** A message has its number by now: its changes can go out. */
    placed(id, message, basedOn) {
      for (const item of this.items) if (item.of === id && !item.message) this.change(item, { message, basedOn });
    }

    /** An own change was stored: the next one of the same message builds on it. */
    changed(message, basedOn) {
      for (const item of this.items) if (item.message === message) this.change(item, { basedOn });
    }

    #store(item) {
      const { isStored, ...kept } = item;
      item.isStored = write(this.prefix + item.id, kept);
    }

    // As it was kept before each message had an entry of its own.
    #fromBefore(key) {
      const old = read(`mc-outbox:${key}`);
      if (Array.isArray(old)) for (const [order, item] of old.entries()) if (item?.id) write(this.prefix + item.id, { ...item, order });
      drop(`mc-outbox:${key}`);
    }
  }

  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('mc-drafts') : null;
  const alive = new Set();
  channel?.addEventListener('message', ({ data }) => {
    if (data.ask) channel.postMessage({ alive: me });
    else alive.add(data.alive);
  });

  // What is being written in one room: the text, and beside it an edit of a message. Each page has its own; one that a closed page left
  // is taken over, further ones are offered.
  class Draft {
    constructor(key) {
      this.prefix = `mc-draft:${key}:`;
      this.own = this.prefix + me;
      this.#fromBefore(key);
      const mine = read(this.own);
      this.#set(mine ?? {});
      if (!mine) this.takeOver();
    }

    /** What stands in the composer. */
    get shown() { return this.edit ? this.edit.text : this.text; }

    set shown(text) {
      if (this.edit) this.edit.text = text;
      else this.text = text;
      this.save();
    }

    get isEmpty() { return !this.text && !this.edit; }

    save() {
      if (this.isEmpty) drop(this.own);
      else write(this.own, { text: this.text, edit: this.edit, at: Date.now(), isFree: isLeaving });
    }

    /** What other pages left, the newest first. */
    get others() {
      return entries(this.prefix).filter(({ key, value }) => key !== this.own && value.isFree).sort((a, b) => b.value.at - a.value.at);
    }

    /** Goes on with the newest of those, where nothing is written yet. */
    takeOver() {
      const [newest] = this.others;
      if (newest && this.isEmpty) this.#take(newest);
      return this.shown;
    }

    /** Goes on with that one; what was being written is offered in its place. */
    swap(other) {
      this.putAside({ text: this.text, edit: this.edit });
      this.#take(other);
    }

    putAside({ text = '', edit = null }) {
      if (text || edit) write(this.prefix + newId(), { text, edit, at: Date.now(), isFree: true });
      for (const { key } of this.others.slice(maxAside)) drop(key);
    }

    discard(other) { drop(other.key); }

    /** Looks for what pages left that had no time to say so: a page that is open answers. Then calls back, if there is any. */
    find(found) {
      const unsure = () => entries(this.prefix).filter(({ key, value }) => key !== this.own && !value.isFree && !alive.has(key.slice(this.prefix.length)));
      alive.clear();
      if (unsure().length === 0) return;
      channel?.postMessage({ ask: me });
      setTimeout(() => {
        const left = unsure();
        for (const { key, value } of left) write(key, { ...value, isFree: true });
        if (left.length > 0) found();
      }, answersWithin);
    }

    #set({ text, edit }) { Object.assign(this, { text: text ?? '', edit: edit ?? null }); }

    #take(other) {
      drop(other.key);
      this.#set(other.value);
      this.save();
    }

    #fromBefore(key) {
      const old = read(`mc-draft:${key}`);
      if (typeof old === 'string') write(`${this.prefix}${newId()}`, { text: old, edit: null, at: 0, isFree: true });
      drop(`mc-draft:${key}`);
    }
  }

  const leaving = is => {
    isLeaving = is;
    for (const { key, value } of entries('mc-draft:')) if (key.endsWith(`:${me}`)) write(key, { ...value, isFree: is });
  };
  addEventListener('pagehide', () => leaving(true));
  addEventListener('pageshow', event => { if (event.persisted) leaving(false); });

  let signedOutAt = -Infinity;
  const answerComesWithin = 5000;

  // Signing out takes along what was written; what is not sent yet is asked about first.
  document.addEventListener('submit', event => {
    const { forget: user, unsent } = event.target.dataset;
    if (!user) return;
    if (keys(`mc-out:${user}:`).length > 0 && !confirm(unsent)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    for (const key of [...keys(`mc-out:${user}:`), ...keys(`mc-draft:${user}:`)]) drop(key);
    try { localStorage.setItem(leftKey(user), String(performance.timeOrigin + performance.now())); } catch { /* no storage */ }
    signedOutAt = performance.now();
  }, true);

  // The live page hears of it too and would lead to the sign-in by itself, over the answer that is on its way and says more.
  window.navigation?.addEventListener('navigate', event => {
    const isItsOwn = !event.formData && !event.userInitiated && event.cancelable;
    if (isItsOwn && performance.now() - signedOutAt < answerComesWithin) event.preventDefault();
  });

  window.mqttchatKept = {
    Outbox,
    Draft,
    /** Other rooms of the same person in which something waits: each with its outbox. */
    others(key) {
      const mine = `mc-out:${key.split(':')[0]}:`;
      const rooms = new Set(keys(mine).map(kept => kept.slice('mc-out:'.length, kept.lastIndexOf(':'))));
      rooms.delete(key);
      return [...rooms].map(room => ({ room: Number(room.split(':')[1]), outbox: new Outbox(room) }));
    },
  };
})();
