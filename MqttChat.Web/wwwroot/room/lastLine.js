// The open room's line in the list of rooms: the message stands on the page already, so the line is written from it, and the
// server sends a message to each reader once.
const longest = 120;

// What is written from the right, and Unicode's own marks: between FSI and PDI it turns nothing around it (as Isolated.cs does).
const turning = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE\uD802\uD803\uD83A\uD83B\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

export function isolated(text) {
  if (!turning.test(text)) return text;
  let open = 0, kept = '';
  for (const letter of text) {
    if (letter === '\u2069' && open === 0) continue;
    open += letter >= '\u2066' && letter <= '\u2068' ? 1 : letter === '\u2069' ? -1 : 0;
    kept += letter;
  }
  return `\u2068${kept}${'\u2069'.repeat(open)}\u2069`;
}

export class LastLine {
  constructor(log, texts) {
    Object.assign(this, { log, texts });
    this.known = this.#newest()?.dataset.seq ?? '0';
  }

  #newest() { return [...this.log.querySelectorAll(':scope > article')].at(-1); }

  /** Call when rows changed. */
  show() {
    const item = document.querySelector('.room-list .item.current');
    const [line, at] = [item?.querySelector('[data-last]'), item?.querySelector('[data-last-at]')];
    const row = this.#newest();
    // Far up in the history the newest row of the page is not the room's.
    if (!line || !row || this.log.dataset.end === undefined) return;
    const text = row.querySelector('.text').textContent.replace(/\s+/g, ' ').trim().slice(0, longest);
    const deleted = row.querySelector('.text.deleted');
    const words = deleted ? '{1}' : row.classList.contains('own') ? this.texts.lastOwn.replace('{0}', '{1}') : this.texts.lastBy;
    line.textContent = words.replace(/\{([01])\}/g, (_, place) => isolated(place === '0' ? this.#author(row) : text));
    // What was there when the page came has its day in the line; what comes now is of now.
    if (Number(row.dataset.seq) > Number(this.known)) {
      const time = row.querySelector('.meta time');
      at.textContent = time.textContent;
      at.dateTime = time.dateTime;
      this.known = row.dataset.seq;
    }
  }

  // The name stands above the first row of a group.
  #author(row) {
    while (row && !row.querySelector('.author')) row = row.previousElementSibling;
    return row?.querySelector('.author').textContent ?? '';
  }
}
