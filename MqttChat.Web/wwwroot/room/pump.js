const retryAfter = 3000;

// Sends what waits in the outbox, one after the other and as it was written, so that nothing overtakes. What got no answer is sent again
// (the server stores it once); what was refused stands aside until the person says what is to become of it.
export class Pump {
  #aside = new Set();
  #running = false;
  #timer = null;

  /** Why nothing goes out just now, though the link stands; null while it does. */
  blocked = null;

  /** What is on its way. */
  sent = null;

  constructor(outbox, link, calls) { Object.assign(this, { outbox, link, calls, stopped: false }); }

  stop() {
    this.stopped = true;
    clearTimeout(this.#timer);
  }

  async run() {
    clearTimeout(this.#timer);
    if (this.#running) return;
    this.#running = true;
    try {
      while (!this.stopped && !this.link.away && this.blocked === null) {
        const item = this.outbox.items.find(one => !this.#aside.has(one.id));
        if (!item || !await this.#send(item)) break;
      }
    } finally {
      this.sent = null;
      this.#running = false;
    }
  }

  /** Sends again, with everything that the same reason held up. */
  retry(item) {
    this.blocked = null;
    if (item) this.#aside.delete(item.id);
    return this.run();
  }

  isAside(item) { return this.#aside.has(item.id); }

  // Whether the next one may go.
  async #send(item) {
    if (!this.outbox.holds(item)) {
      this.outbox.remove(item.id);
      this.calls.gone(item);
      return true;
    }
    if (this.outbox.asks(item)) {
      this.#aside.add(item.id);
      this.calls.asks(item);
      return true;
    }
    this.sent = item;
    let answer;
    try {
      const sending = this.calls.send(item);
      if (!item.tried) this.outbox.change(item, { tried: true });
      answer = await this.link.within(sending);
    } catch {
      // What waits goes out again when the link is back; one that stands and gave no answer is asked again soon.
      if (!this.stopped && !this.link.away) this.#timer = setTimeout(() => this.run(), retryAfter);
      return false;
    }
    if (!answer.error) this.calls.stored(item, answer);
    else if (answer.mayPass) {
      this.blocked = answer.error;
      this.calls.held(answer.error);
    } else {
      this.#aside.add(item.id);
      this.calls.refused(item, answer);
    }
    return true;
  }
}
