// Messages by keyboard: the list is one stop of Tab; arrows go from message to message in it, Tab then to what can be done with that
// one, Escape back to the composer. Without this, a room of a hundred messages would be two hundred stops before the composer.
export class RowKeys {
  constructor(scroll, log, leave) {
    Object.assign(this, { scroll, log, leave });
    this.listeners = new AbortController();
    const on = (type, handler) => scroll.addEventListener(type, handler, { signal: this.listeners.signal });
    on('keydown', event => this.#key(event));
    on('focusin', event => this.#open(event.target.closest('article'), true));
    on('focusout', event => {
      const row = event.target.closest('article');
      if (!row?.contains(event.relatedTarget)) this.#open(row, false);
    });
  }

  stop() { this.listeners.abort(); }

  /** Makes a row one that can have the focus, and returns it. */
  reach(row) {
    row.tabIndex = -1;
    return row;
  }

  #open(row, isOpen) {
    for (const button of row?.querySelectorAll('[data-act]') ?? []) button.tabIndex = isOpen ? 0 : -1;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...this.log.querySelectorAll(':scope > article')];
    const here = event.target.closest('article');
    const place = rows.indexOf(here);
    if (event.key === 'Escape') {
      event.preventDefault();
      this.leave();
      return;
    }
    const next = {
      ArrowUp: here ? place - 1 : this.#inView(rows),
      ArrowDown: here ? place + 1 : this.#inView(rows),
      Home: here ? 0 : undefined,
      End: here ? rows.length - 1 : undefined,
    }[event.key];
    if (next === undefined || !rows[next]) return;
    event.preventDefault();
    this.reach(rows[next]).focus({ preventScroll: true });
    rows[next].scrollIntoView({ block: 'nearest' });
  }

  // The last message that can be seen.
  #inView(rows) {
    const end = this.scroll.getBoundingClientRect().bottom;
    return rows.findLastIndex(row => row.getBoundingClientRect().top < end);
  }
}
