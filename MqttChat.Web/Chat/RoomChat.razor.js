// The browser's half of a room: composer, own messages at once, outbox, scrolling. The composer is never written to while somebody
// types: that would break the conversion of Japanese input. What is there before this, and how it sends, is in early.js.
import { LastLine } from '../room/lastLine.js';
import { RowKeys } from '../room/rowKeys.js';
import { Scroller } from '../room/scroller.js';

const answerWithin = 12000;
const rowWithin = 5000;
const frameWithin = 30;
const markPause = 300;
const touch = matchMedia('(pointer: coarse)');
const early = window.mqttchat;

export function start(root, dotnet, settings) {
  return new RoomPage(root, dotnet, settings);
}

class RoomPage {
  constructor(root, dotnet, settings) {
    Object.assign(this, { root, dotnet, settings, editing: null, sending: Promise.resolve(), seenSeq: 0, seenTimer: null, stopped: false });
    const find = name => root.querySelector(`[data-${name}]`);
    this.box = root.querySelector('#composer');
    this.pending = find('pending');
    this.page = root.closest('[data-title]');
    this.log = find('log');
    this.error = find('error');
    this.count = find('count');
    this.banner = find('editing');
    this.dialog = find('dialog');
    this.sendButton = find('send');
    this.link = new Link();
    this.listeners = new AbortController();
    this.scroller = new Scroller(find('scroll'), this.log, find('jump'), {
      loadOlder: () => dotnet.invokeMethodAsync('LoadOlder'),
      loadNewer: () => dotnet.invokeMethodAsync('LoadNewer'),
      jumpToEnd: () => dotnet.invokeMethodAsync('JumpToEnd'),
      seen: seq => this.seen(seq),
    });
    this.keys = new RowKeys(find('scroll'), this.log, () => this.box.focus());
    this.lastLine = new LastLine(this.log, settings.texts);
    const { outbox, asked } = early.take(this.box);
    this.outbox = outbox;
    this.listen(find);
    this.rows = new MutationObserver(changes => { this.settle(); this.carryOn(changes); this.lastLine.show(); });
    this.rows.observe(this.log, { childList: true });
    this.titles = new MutationObserver(() => this.title());
    this.titles.observe(this.page, { attributes: true, attributeFilter: ['data-title'] });
    this.title();
    this.hello();
    if (!this.box.value) this.box.value = this.outbox.draft;
    this.typed();
    for (const item of this.outbox.items) this.draw(item);
    this.settle();
    this.resend();
    this.sendLeft();
    if (asked) this.submit();
    early.complete();
    if (!touch.matches) this.box.focus({ preventScroll: true });
  }

  stop() {
    this.stopped = true;
    this.saveDraft();
    this.listeners.abort();
    this.scroller.stop();
    this.keys.stop();
    this.rows.disconnect();
    this.titles.disconnect();
  }

  listen(find) {
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal: this.listeners.signal });
    on(this.box, 'keydown', event => this.key(event));
    on(this.box, 'input', () => this.typed());
    on(this.sendButton, 'mousedown', event => event.preventDefault());
    on(this.sendButton, 'click', () => this.submit());
    on(find('jump'), 'click', () => this.scroller.toEnd());
    on(find('cancel'), 'click', () => this.endEdit());
    on(this.log, 'click', event => this.act(event));
    on(document, 'focusin', event => { this.focused = event.target.closest('[data-act], article') ?? null; });
    on(document, 'pointerdown', () => { this.focused = null; });
    on(find('confirm'), 'click', () => this.remove());
    on(find('dismiss'), 'click', () => this.dialog.close());
    on(document, 'visibilitychange', () => this.visible());
    on(window, 'focus', () => this.report());
    on(window, 'pagehide', () => this.saveDraft());
    on(document, 'mqttchat:disconnected', () => this.link.cut());
    on(document, 'mqttchat:reconnected', () => { this.link.mend(); this.hello(); this.resend(); this.seenSeq = 0; this.report(); });
  }

  title() { document.title = this.page.dataset.title; }

  hello() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';
    this.call('Hello', zone, document.visibilityState === 'visible');
  }

  visible() {
    this.call('SetVisible', document.visibilityState === 'visible');
    this.report();
  }

  // --- Composer

  key(event) {
    // A conversion has its own arrows and Escape.
    if (event.isComposing || event.keyCode === 229) return;
    if (early.sends(event)) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'Escape' && this.editing) {
      event.preventDefault();
      this.endEdit();
    } else if (event.key === 'ArrowUp' && !this.box.value && !this.editing) {
      const last = [...this.log.querySelectorAll('article[data-edit]')].at(-1);
      if (last) {
        event.preventDefault();
        this.beginEdit(last);
      }
    }
  }

  typed() {
    const left = Number(this.box.dataset.max) - this.box.value.length;
    const { texts } = this.settings;
    this.count.textContent = left > 300 ? '' : (left >= 0 ? texts.left : texts.tooLong)[Math.abs(left) === 1 ? 0 : 1].replace('{0}', String(Math.abs(left)));
    this.count.classList.toggle('over', left < 0);
    this.box.setAttribute('aria-invalid', String(left < 0));
    if (!CSS.supports('field-sizing', 'content')) {
      this.box.style.height = 'auto';
      this.box.style.height = `${this.box.scrollHeight}px`;
    }
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => this.saveDraft(), 250);
  }

  saveDraft() {
    if (!this.editing) this.outbox.draft = this.box.value;
  }

  setText(text) {
    this.box.value = text;
    this.typed();
  }

  say(text) { this.error.textContent = text ?? ''; }

  submit() {
    const text = early.sendable(this.box.value);
    if (text === null) return;
    if (text.length > Number(this.box.dataset.max)) {
      this.say(this.settings.texts.messageTooLong);
      return;
    }
    this.say('');
    if (this.editing) this.saveEdit(text);
    else if (this.outbox.isFull) this.say(this.settings.texts.noAnswer);
    else {
      const item = this.outbox.add(text);
      // First off it goes; drawing needs the page laid out, which is done once, with the next frame.
      this.send(item);
      this.setText('');
      this.saveDraft();
      if (document.activeElement !== this.box) this.box.focus({ preventScroll: true });
      nextFrame(() => {
        if (this.stopped) return;
        this.draw(item);
        this.settle();
        this.scroller.toEnd().catch(() => { });
      });
    }
  }

  // --- Own messages, drawn before the server knows them

  draw(item) {
    // An answer may come before the frame in which it is first drawn, and its row even before that.
    if (!this.bubble(item.id) && this.outbox.items.includes(item)) early.draw(this.pending, item);
  }

  bubble(id) { return [...this.pending.children].find(bubble => bubble.dataset.pendingId === id); }

  // In order, one after the other; each waits for its answer, and what got none is sent again: the server stores it once.
  send(item) {
    this.sending = this.sending.then(() => this.sendNow(item));
    return this.sending;
  }

  async sendNow(item) {
    if (this.stopped || this.link.away || !this.outbox.items.some(waiting => waiting.id === item.id)) return;
    if (this.bubble(item.id)?.classList.contains('failed')) return;
    try {
      const answer = await this.link.within(this.dotnet.invokeMethodAsync('SendAsync', item.id, item.text));
      if (!answer.error) this.stored(item);
      else if (answer.error === this.settings.texts.noAnswer) this.failedFrom(item, answer.error);
      else this.failed(item, answer.error);
    } catch {
      // What waits goes out again when the link is back; one that stands and gave no answer is asked again soon.
      if (!this.stopped && !this.link.away) this.retryTimer = setTimeout(() => this.resend(), 3000);
    }
  }

  resend() {
    clearTimeout(this.retryTimer);
    for (const item of this.outbox.items) if (!this.bubble(item.id)?.classList.contains('failed')) this.send(item);
  }

  // What was sent in a room that was left before its page was live goes out from this one. Refused, it waits there to be seen.
  async sendLeft() {
    for (const { room, item, outbox } of early.left(this.box.dataset.outbox)) {
      try {
        const answer = await this.link.within(this.dotnet.invokeMethodAsync('SendToAsync', room, item.id, item.text));
        if (!answer.error) outbox.remove(item.id);
      } catch { return; /* the next room tries again */ }
    }
  }

  stored(item) {
    this.draw(item);
    this.outbox.remove(item.id);
    this.settle();
    const bubble = this.bubble(item.id);
    if (!bubble) return;
    bubble.classList.add('stored');
    bubble.lastChild.textContent = '';
    this.forget(item.id);
  }

  // Where the page shows older history, the row does not appear; elsewhere it does, be it late, and nothing stands without either.
  forget(id) {
    setTimeout(() => {
      if (this.stopped) return;
      if (this.log.dataset.end === undefined) this.bubble(id)?.remove();
      else if (this.bubble(id)) this.forget(id);
    }, rowWithin);
  }

  // The store does not answer: who wrote more meanwhile need not wait as long again for each.
  failedFrom(item, why) {
    let behind = false;
    for (const waiting of this.outbox.items) {
      behind ||= waiting.id === item.id;
      if (behind) this.failed(waiting, why);
    }
  }

  failed(item, why) {
    this.draw(item);
    const bubble = this.bubble(item.id);
    if (!bubble || bubble.classList.contains('failed')) return;
    const { texts } = this.settings;
    const button = (text, action) => {
      const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
      made.addEventListener('click', action);
      return made;
    };
    bubble.removeAttribute('aria-hidden');
    bubble.firstChild.removeAttribute('aria-hidden');
    bubble.classList.add('failed');
    const state = bubble.lastChild;
    state.setAttribute('role', 'alert');
    state.replaceChildren(`${texts.notSent}: ${why}`,
      button(texts.tryAgain, () => {
        bubble.classList.remove('failed');
        bubble.setAttribute('aria-hidden', 'true');
        state.replaceChildren(this.pending.dataset.sending);
        this.send(item);
      }),
      button(texts.discard, () => {
        this.outbox.remove(item.id);
        bubble.remove();
        if (!this.box.value) this.setText(item.text);
      }));
    if (this.scroller.atEnd) this.scroller.toEnd();
  }

  // A row that has come takes its bubble's place.
  settle() {
    for (const bubble of [...this.pending.children]) {
      const id = bubble.dataset.pendingId;
      if (this.log.querySelector(`article[data-cid="${CSS.escape(id)}"]`)) {
        this.outbox.remove(id);
        bubble.remove();
      }
    }
  }

  // A row that looks different is another element: who was at one of its buttons, or had picked it with a finger, still is.
  carryOn(changes) {
    for (const was of changes.flatMap(change => [...change.removedNodes])) {
      const row = was.id && !was.isConnected ? document.getElementById(was.id) : null;
      if (row && was.classList.contains('picked')) row.classList.add('picked');
      if (!this.focused || !was.contains(this.focused) || document.activeElement !== document.body) continue;
      const act = this.focused.dataset.act;
      const next = act ? row?.querySelector(`[data-act="${act}"]`) : row && this.keys.reach(row);
      (next ?? this.log.parentElement).focus({ preventScroll: true });
    }
  }

  // --- Editing and deleting

  act(event) {
    const row = event.target.closest('article');
    const act = event.target.closest('[data-act]')?.dataset.act;
    if (act === 'edit') this.beginEdit(row);
    else if (act === 'delete') {
      this.deleting = Number(row.dataset.id);
      this.dialog.showModal();
    } else if (touch.matches && !event.target.closest('a')) {
      const was = row?.classList.contains('picked');
      this.log.querySelector('.picked')?.classList.remove('picked');
      if (row && !was) row.classList.add('picked');
    }
  }

  beginEdit(row) {
    this.saveDraft();
    this.editing = Number(row.dataset.id);
    this.banner.hidden = false;
    this.setText(row.querySelector('.text').textContent);
    this.box.focus();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  endEdit() {
    clearTimeout(this.draftTimer);
    this.editing = null;
    this.banner.hidden = true;
    this.say('');
    this.setText(this.outbox.draft);
    this.box.focus();
  }

  async saveEdit(text) {
    const id = this.editing;
    const error = await this.ask('EditAsync', id, text);
    if (error) this.say(error);
    else if (this.editing === id) this.endEdit();
  }

  async remove() {
    this.dialog.close();
    this.say(await this.ask('DeleteAsync', this.deleting));
    this.box.focus({ preventScroll: true });
  }

  async ask(method, ...values) {
    try {
      return (await this.link.within(this.dotnet.invokeMethodAsync(method, ...values))).error;
    } catch {
      return this.settings.texts.noAnswer;
    }
  }

  // --- Read marks

  seen(seq) {
    this.lastSeen = seq;
    this.report();
  }

  // At once, for who goes on to another room the next moment; while much comes in, as often as the pause allows.
  report() {
    if (!(this.lastSeen > this.seenSeq) || document.visibilityState !== 'visible' || this.seenTimer) return;
    this.seenSeq = this.lastSeen;
    this.call('MarkRead', this.lastSeen);
    this.seenTimer = setTimeout(() => {
      this.seenTimer = null;
      this.report();
    }, markPause);
  }

  // A call that nobody waits for: it may get lost with the link, and is made again by the next event.
  call(method, ...values) {
    if (!this.stopped) this.dotnet.invokeMethodAsync(method, ...values).catch(() => { });
  }
}

// Just before the next picture, which nobody sees anything before. A hidden page has no pictures, and one that hides meanwhile either.
function nextFrame(action) {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    action();
  };
  requestAnimationFrame(once);
  if (document.visibilityState === 'visible') setTimeout(once, frameWithin);
  else queueMicrotask(once);
}

// Waits for answers, but not for those that a cut link will never bring: what waits would hold up what is sent when it is back.
class Link {
  #waiting = new Set();

  away = false;

  cut() {
    this.away = true;
    for (const giveUp of [...this.#waiting]) giveUp(new Error('link cut'));
  }

  mend() { this.away = false; }

  within(promise) {
    let giveUp, timer;
    const late = new Promise((_, reject) => {
      giveUp = reject;
      timer = setTimeout(() => reject(new Error('no answer')), answerWithin);
      this.#waiting.add(giveUp);
    });
    return Promise.race([promise, late]).finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    });
  }
}
