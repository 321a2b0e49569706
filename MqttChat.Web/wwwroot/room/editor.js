// A change that is not even a few words is soon written again; more than that is kept when it is left.
const keptFrom = 20;

// What is being changed in the composer: an own message, by its number or, while it has none, by its sender's id.
export class Editor {
  constructor(draft, banner) { Object.assign(this, { draft, banner, words: banner.querySelector('span') }); }

  get edit() { return this.draft.edit; }

  /** Begins with { message, of, basedOn, was }. */
  begin(target) {
    this.draft.edit = { ...target, text: target.was };
    this.draft.save();
    this.show();
  }

  end() {
    this.draft.edit = null;
    this.draft.save();
    this.show();
  }

  /** Ends without saving; what was written is offered again where it was more than a few words. */
  leave() {
    const left = this.edit;
    this.end();
    if (!left || left.text === left.was || changed(left.was, left.text) < keptFrom) return false;
    this.draft.putAside({ edit: left });
    return true;
  }

  show() {
    this.banner.hidden = !this.edit;
    this.words.textContent = this.banner.dataset.words;
  }

  /** The message has its number now. */
  placed(id, message, basedOn) {
    if (this.edit?.of !== id || this.edit.message) return;
    Object.assign(this.edit, { message, basedOn });
    this.draft.save();
  }

  /** An own change of it was stored meanwhile. */
  changed(message, basedOn) {
    if (this.edit?.message !== message) return;
    this.edit.basedOn = basedOn;
    this.draft.save();
  }

  /** Says so when somebody else's device has changed the message meanwhile. */
  look(row) {
    if (this.edit && row && this.edit.basedOn && textAt(row) !== this.edit.basedOn && !row.classList.contains('saving')) {
      this.words.textContent = this.banner.dataset.changed;
    }
  }
}

/** Since when a row's text is as it is. */
export const textAt = row => row.dataset.textAt ?? row.querySelector('.meta time').dateTime;

// How much is different between two texts: what is left of the longer one without what both begin and end with.
function changed(was, is) {
  const shorter = Math.min(was.length, is.length);
  let start = 0;
  while (start < shorter && was[start] === is[start]) start++;
  let end = 0;
  while (end < shorter - start && was[was.length - 1 - end] === is[is.length - 1 - end]) end++;
  return Math.max(was.length, is.length) - start - end;
}
