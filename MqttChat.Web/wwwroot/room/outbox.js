// What was written but is not stored yet, and drafts: in the browser's storage, so that a refresh or a restart of the program loses
// nothing. A full or forbidden storage only costs that: everything works from memory.
const maxWaiting = 100;

const read = key => {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
};

const write = (key, value) => {
  try {
    if (value === null || value === '' || value.length === 0) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch { /* no storage: memory has it */ }
};

export class Outbox {
  constructor(userId, roomId) {
    this.key = `mc-outbox:${userId}:${roomId}`;
    this.draftKey = `mc-draft:${userId}:${roomId}`;
    const kept = read(this.key);
    this.items = Array.isArray(kept) ? kept.filter(item => item?.id && typeof item.text === 'string').slice(0, maxWaiting) : [];
  }

  get isFull() { return this.items.length >= maxWaiting; }

  add(text) {
    const item = { id: newId(), text };
    this.items.push(item);
    write(this.key, this.items);
    return item;
  }

  remove(id) {
    this.items = this.items.filter(item => item.id !== id);
    // Another tab of the same room may have added its own meanwhile.
    const kept = read(this.key);
    write(this.key, Array.isArray(kept) ? kept.filter(item => item.id !== id) : this.items);
  }

  get draft() {
    const draft = read(this.draftKey);
    return typeof draft === 'string' ? draft : '';
  }

  set draft(text) { write(this.draftKey, text); }
}

// crypto.randomUUID is missing on plain http, which a house without certificates uses.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
