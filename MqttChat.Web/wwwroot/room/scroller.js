// Keeps the place: at the end it follows new messages, elsewhere what is being read stays where it is, whatever is put in above.
const nearEnd = 100;
const nearTop = 500;
const nearlyThere = 4;

const placeKey = () => `mc-place:${location.pathname}`;

export class Scroller {
  constructor(scroll, log, jump, calls) {
    Object.assign(this, { scroll, log, jump, calls, atEnd: true, anchor: null, loading: false, again: false, top: 0, told: true });
    this.onScroll = () => this.#scrolled();
    scroll.addEventListener('scroll', this.onScroll, { passive: true });
    this.sizes = new ResizeObserver(() => this.#settle());
    this.sizes.observe(scroll);
    this.changes = new MutationObserver(() => this.#changed());
    this.changes.observe(scroll, { childList: true, subtree: true, attributeFilter: ['data-end'] });
    const kept = this.#kept();
    if (kept) this.#back(kept);
    else if (window.mqttchat.place(scroll)) this.toEnd();
    else this.#scrolled();
  }

  stop() {
    this.scroll.removeEventListener('scroll', this.onScroll);
    this.sizes.disconnect();
    this.changes.disconnect();
  }

  /** Keeps the place over a reload. */
  keep() {
    this.#remember();
    try {
      if (this.place) sessionStorage.setItem(placeKey(), JSON.stringify(this.place));
      else sessionStorage.removeItem(placeKey());
    } catch { /* no storage */ }
  }

  /** Where the reader is, for the page that comes in place of this one; null at the end. */
  get place() { return this.#isAtEnd() || !this.anchor ? null : { ...this.anchor, seq: Number(this.anchor.id.slice(1)) }; }

  // A page that was loaded anew (the program was restarted, the person asked for it) shows what was being read.
  #kept() {
    const key = placeKey();
    try {
      const kept = JSON.parse(sessionStorage.getItem(key));
      sessionStorage.removeItem(key);
      return performance.getEntriesByType('navigation')[0]?.type === 'reload' ? kept : null;
    } catch { return null; }
  }

  async #back(kept) {
    this.atEnd = false;
    if (!document.getElementById(kept.id)) await this.calls.showAround(kept.seq).catch(() => { });
    const row = document.getElementById(kept.id);
    if (row) this.scroll.scrollTop += row.getBoundingClientRect().top - this.scroll.getBoundingClientRect().top - kept.top;
    this.#scrolled();
  }

  async toEnd() {
    if (this.log.dataset.end === undefined) await this.calls.jumpToEnd();
    this.#follow();
    this.#scrolled();
  }

  #follow() {
    this.atEnd = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.top = this.scroll.scrollTop;
  }

  #changed() {
    this.#settle();
    this.#report();
  }

  #settle() {
    // Rows may come before the event that tells of the reader's own scrolling: who has just left the end is not pulled back.
    // And where more was missed than the page is told at once, its last row is not the room's: what follows is loaded from there.
    if (this.atEnd && (this.log.dataset.end === undefined || this.top - this.scroll.scrollTop >= nearEnd)) this.#scrolled();
    if (this.atEnd) this.#follow();
    // A row that looks different now (its name or its day moved to the one above) is another element of the same id.
    else if (this.anchor) {
      const row = document.getElementById(this.anchor.id);
      const moved = row ? row.getBoundingClientRect().top - this.scroll.getBoundingClientRect().top - this.anchor.top : 0;
      if (Math.abs(moved) > 1) this.scroll.scrollTop += moved;
      // One that is gone (the page holds so many) gives the place to what is there now.
      if (!row) this.#remember();
    }
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    this.top = scrollTop;
    const hasEnd = this.log.dataset.end !== undefined;
    this.atEnd = this.#isAtEnd();
    this.jump.hidden = this.atEnd;
    if (this.told !== this.atEnd) this.calls.follows(this.told = this.atEnd);
    this.#remember();
    this.#report();
    if (scrollTop < nearTop && this.log.dataset.older !== undefined) this.#load(this.calls.loadOlder);
    else if (!hasEnd && scrollHeight - scrollTop - clientHeight < nearTop) this.#load(this.calls.loadNewer);
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    return this.log.dataset.end !== undefined && scrollHeight - scrollTop - clientHeight < nearEnd;
  }

  #remember() {
    const top = this.scroll.getBoundingClientRect().top;
    const row = [...this.log.querySelectorAll(':scope > article')].find(row => row.getBoundingClientRect().bottom > top);
    this.anchor = row ? { id: row.id, top: row.getBoundingClientRect().top - top } : null;
  }

  async #load(call) {
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    try { await call(); } catch { /* the link is away: the next scroll tries again */ } finally { this.loading = false; }
    // Rows come a little before the answer: who scrolled on to the top meanwhile makes no further event.
    if (!this.again) return;
    this.again = false;
    this.#scrolled();
  }

  // What was on the screen is read, and nothing below it. A row counts when its end was there, or nothing but it.
  #report() {
    const { top, bottom } = this.scroll.getBoundingClientRect();
    const isSeen = row => {
      const place = row.getBoundingClientRect();
      return place.bottom <= bottom + nearlyThere || place.top <= top;
    };
    const rows = this.log.querySelectorAll(':scope > article');
    let [from, to] = [-1, rows.length - 1];
    while (from < to) {
      const middle = Math.ceil((from + to) / 2);
      if (isSeen(rows[middle])) from = middle;
      else to = middle - 1;
    }
    if (from >= 0) this.calls.seen(Number(rows[from].dataset.seq));
  }
}
