const early = window.mqttchat;

// Own messages and changes that the server does not have yet: bubbles below the log for messages, the row itself for a change, and for
// what did not go out a bubble that says why and what can be done.
export class Waiting {
  constructor(pending, log, outbox, texts) { Object.assign(this, { pending, log, outbox, texts }); }

  bubble(id) { return [...this.pending.children].find(bubble => bubble.dataset.pendingId === id); }

  /** The last one that is no change of another: the newest of the person's own. */
  newest() { return [...this.pending.children].filter(bubble => !bubble.dataset.change).at(-1); }

  row(item) {
    if (item.message) return this.log.querySelector(`article[data-id="${item.message}"]`);
    return item.of ? this.log.querySelector(`article[data-cid="${CSS.escape(item.of)}"]`) : null;
  }

  draw(item) {
    // An answer may come before the frame in which it is first drawn, and its row even before that.
    if (!this.outbox.items.includes(item)) return;
    if (isChange(item)) this.#change(item);
    else if (!this.bubble(item.id)) early.draw(this.pending, item);
  }

  /** Rows were drawn anew: what is being changed in them shows as the person wrote it. */
  redraw() { for (const item of this.outbox.items) if (isChange(item) && !this.bubble(item.id)) this.#change(item); }

  stored(item) {
    this.draw(item);
    const row = isChange(item) ? this.row(item) : null;
    if (row) {
      row.was = null;
      row.classList.remove('saving');
    }
    const bubble = this.bubble(item.id);
    if (!bubble) return;
    if (isChange(item)) {
      bubble.remove();
      return;
    }
    bubble.classList.add('stored');
    bubble.lastChild.textContent = '';
  }

  remove(item) {
    this.#restore(item);
    this.bubble(item.id)?.remove();
  }

  /** Back to "Sending". */
  again(item) {
    const bubble = this.bubble(item.id);
    if (isChange(item)) bubble?.remove();
    else if (bubble?.classList.contains('failed')) bubble.replaceWith(this.#made(item));
    else if (bubble) bubble.firstChild.textContent = item.text;
    this.draw(item);
  }

  /** Says why it did not go out; `acts` are pairs of words and what they do. */
  failed(item, why, acts) {
    this.#restore(item);
    const before = this.bubble(item.id);
    const bubble = this.#made(item);
    bubble.removeAttribute('aria-hidden');
    bubble.classList.add('failed');
    const state = bubble.lastChild;
    state.setAttribute('role', 'alert');
    state.replaceChildren(why, ...acts.map(([words, act]) => {
      const made = Object.assign(document.createElement('button'), { type: 'button', textContent: words });
      made.addEventListener('click', act);
      return made;
    }));
    if (before) before.replaceWith(bubble);
    else this.#place(item, bubble);
  }

  #made(item) {
    const box = document.createElement('div');
    box.dataset.sending = this.pending.dataset.sending;
    early.draw(box, item);
    const bubble = box.firstChild;
    if (isChange(item)) bubble.dataset.change = 'true';
    return bubble;
  }

  // In the order of the outbox, whenever it comes to be shown.
  #place(item, bubble) {
    const later = this.outbox.items.slice(this.outbox.items.indexOf(item) + 1).map(other => this.bubble(other.id)).find(other => other);
    this.pending.insertBefore(bubble, later ?? null);
  }

  #change(item) {
    const waiting = item.of ? this.bubble(item.of) : null;
    if (waiting) waiting.firstChild.textContent = item.text;
    const row = this.row(item);
    const text = row?.querySelector('.text:not(.deleted)');
    if (!text || text.textContent === item.text) return;
    row.was ??= [...text.childNodes];
    row.classList.add('saving');
    text.replaceChildren(item.text);
  }

  #restore(item) {
    const row = isChange(item) ? this.row(item) : null;
    if (!row?.was) return;
    row.querySelector('.text').replaceChildren(...row.was);
    row.was = null;
    row.classList.remove('saving');
  }
}

export const isChange = item => Boolean(item.of || item.message);
