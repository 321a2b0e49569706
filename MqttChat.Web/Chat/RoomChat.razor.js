// The browser's half of a room: composer, own messages at once, outbox, scrolling. The composer is never written to while somebody
// types: that would break the conversion of Japanese input. What is there before this, and how it sends, is in early.js.
import { Editor, textAt } from '../room/editor.js';
import { LastLine } from '../room/lastLine.js';
import { Link } from '../room/link.js';
import { Pump } from '../room/pump.js';
import { RowKeys } from '../room/rowKeys.js';
import { Scroller } from '../room/scroller.js';
import { Waiting, isChange } from '../room/waiting.js';

const leftFor = 600_000;
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
    Object.assign(this, { root, dotnet, settings, seenSeq: 0, seenTimer: null, stopped: false });
    const find = name => root.querySelector(`[data-${name}]`);
    this.box = root.querySelector('#composer');
    this.pending = find('pending');
    this.page = root.closest('[data-title]');
    this.log = find('log');
    this.error = find('error');
    this.count = find('count');
    this.aside = find('aside');
    this.dialog = find('dialog');
    this.sendButton = find('send');
    this.link = new Link();
    this.listeners = new AbortController();
    this.scroller = new Scroller(find('scroll'), this.log, find('jump'), {
      loadOlder: () => dotnet.invokeMethodAsync('LoadOlder'),
      loadNewer: () => dotnet.invokeMethodAsync('LoadNewer'),
      jumpToEnd: () => dotnet.invokeMethodAsync('JumpToEnd'),
      showAround: seq => dotnet.invokeMethodAsync('ShowAround', seq),
      seen: seq => this.seen(seq),
      follows: is => this.call('SetFollows', is),
    });
    this.keys = new RowKeys(find('scroll'), this.log, () => this.box.focus());
    this.lastLine = new LastLine(this.log, settings.texts);
    const { outbox, draft, asked } = early.take(this.box);
    Object.assign(this, { outbox, draft });
    this.editor = new Editor(draft, find('editing'));
    this.waiting = new Waiting(this.pending, this.log, outbox, settings.texts);
    this.pump = new Pump(outbox, this.link, {
      send: item => this.send(item),
      stored: (item, answer) => this.stored(item, answer),
      refused: (item, answer) => this.refused(item, answer),
      held: why => this.held(why),
      asks: item => this.asks(item),
      gone: item => this.waiting.remove(item),
    });
    this.listen(find);
    this.rows = new MutationObserver(changes => { this.settle(); this.carryOn(changes); this.lastLine.show(); });
    this.rows.observe(this.log, { childList: true });
    this.titles = new MutationObserver(() => this.title());
    this.titles.observe(this.page, { attributes: true, attributeFilter: ['data-title'] });
    this.title();
    this.hello();
    if (!this.box.value) this.box.value = draft.shown;
    this.editor.show();
    this.typed();
    for (const item of outbox.items) this.waiting.draw(item);
    this.settle();
    this.pump.run();
    this.sendLeft();
    this.offer();
    draft.find(() => this.takeOver());
    if (asked) this.submit();
    early.complete();
    if (!touch.matches) this.box.focus({ preventScroll: true });
  }

  stop() {
    this.stopped = true;
    this.saveDraft();
    this.pump.stop();
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
    on(find('cancel'), 'click', () => this.leaveEdit());
    on(find('aside-use'), 'click', () => this.useAside());
    on(find('aside-drop'), 'click', () => this.dropAside());
    on(this.log, 'click', event => this.act(event));
    on(document, 'focusin', event => { this.focused = event.target.closest('[data-act], article') ?? null; });
    on(document, 'pointerdown', () => { this.focused = null; });
    on(find('confirm'), 'click', () => this.remove());
    on(find('dismiss'), 'click', () => this.dialog.close());
    on(document, 'visibilitychange', () => this.visible());
    on(window, 'focus', () => this.report());
    on(window, 'pagehide', () => {
      this.saveDraft();
      this.scroller.keep();
    });
    on(document, 'mqttchat:disconnected', () => this.link.cut());
    on(document, 'mqttchat:reconnected', () => this.backAgain());
  }

  backAgain() {
    this.link.mend();
    this.hello();
    // What a tab has left that was closed meanwhile goes out from here.
    if (this.outbox.refresh()) for (const item of this.outbox.items) this.waiting.draw(item);
    this.goOn();
    this.seenSeq = 0;
    this.report();
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
    } else if (event.key === 'Escape' && this.editor.edit) {
      event.preventDefault();
      this.leaveEdit();
    } else if (event.key === 'ArrowUp' && !this.box.value && !this.editor.edit) {
      event.preventDefault();
      this.editNewest();
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
    clearTimeout(this.draftTimer);
    this.draft.shown = this.box.value;
  }

  setText(text) {
    this.box.value = text;
    this.typed();
  }

  say(text) { this.error.textContent = text ?? ''; }

  submit() {
    const { texts } = this.settings;
    const text = this.box.value;
    if (!early.isSendable(text)) return;
    if (text.length > Number(this.box.dataset.max)) this.say(texts.messageTooLong);
    else if (!early.isReadable(text)) this.say(texts.unreadable);
    else if (this.outbox.isFull) this.say(texts.noAnswer);
    else {
      this.say('');
      if (this.editor.edit) this.saveEdit(text);
      else this.write(text);
    }
  }

  write(text) {
    const item = this.outbox.add(text);
    // First off it goes; drawing needs the page laid out, which is done once, with the next frame.
    this.goOn();
    this.setText('');
    this.saveDraft();
    this.offer();
    if (document.activeElement !== this.box) this.box.focus({ preventScroll: true });
    nextFrame(() => {
      if (this.stopped) return;
      this.waiting.draw(item);
      this.settle();
      this.scroller.toEnd().catch(() => { });
    });
  }

  // --- What another page has left

  takeOver() {
    if (this.stopped) return;
    if (!this.box.value && this.draft.takeOver()) {
      this.setText(this.draft.shown);
      this.editor.show();
    }
    this.offer();
  }

  offer() {
    [this.left] = this.draft.others;
    this.aside.hidden = !this.left;
    if (this.left) this.aside.querySelector('[data-aside-text]').textContent = this.left.value.edit?.text ?? this.left.value.text;
  }

  useAside() {
    this.saveDraft();
    this.draft.swap(this.left);
    this.setText(this.draft.shown);
    this.editor.show();
    this.offer();
    this.box.focus();
  }

  dropAside() {
    this.draft.discard(this.left);
    this.offer();
    this.box.focus();
  }

  // --- What is on its way

  send(item) {
    if (!isChange(item)) return this.dotnet.invokeMethodAsync('SendAsync', item.id, item.text);
    const row = this.waiting.row(item);
    const message = item.message ?? Number(row?.dataset.id);
    return message
      ? this.dotnet.invokeMethodAsync('EditAsync', message, item.text, item.basedOn ?? (row && textAt(row)) ?? null)
      : Promise.resolve({ error: this.settings.texts.notFound });
  }

  // Who writes on while the store does not answer asks it again, for all that waits.
  goOn() {
    if (this.pump.blocked === null) this.pump.run();
    else this.retry();
  }

  retry(item) {
    const sending = this.pump.retry(item);
    for (const one of this.outbox.items) if (!this.pump.isAside(one)) this.waiting.again(one);
    return sending;
  }

  // What was sent in a room that was left before its page was live goes out from this one. Refused, it waits there to be seen.
  async sendLeft() {
    const since = Date.now() - leftFor;
    for (const { room, outbox } of window.mqttchatKept.others(this.box.dataset.outbox)) {
      for (const item of outbox.items.filter(item => item.at > since)) {
        if (isChange(item)) break;
        try {
          const answer = await this.link.within(this.dotnet.invokeMethodAsync('SendToAsync', room, item.id, item.text));
          if (answer.error) break;
          outbox.placed(item.id, answer.id, answer.textAt);
          outbox.remove(item.id);
        } catch { return; /* the next room tries again */ }
      }
    }
  }

  stored(item, { id, textAt: at }) {
    this.waiting.stored(item);
    this.outbox.remove(item.id);
    const tell = isChange(item) ? 'changed' : 'placed';
    for (const one of [this.outbox, this.editor]) one[tell](...(isChange(item) ? [id, at] : [item.id, id, at]));
    this.settle();
    if (!isChange(item)) this.forget(item.id);
  }

  refused(item, answer) {
    const { texts } = this.settings;
    // It is nowhere: changes of it are its text.
    for (const change of this.outbox.items.filter(other => other.of === item.id)) {
      this.outbox.change(item, { text: change.text });
      this.outbox.remove(change.id);
    }
    this.fail(item, `${isChange(item) ? texts.notSaved : texts.notSent}: ${answer.error}`, answer.isConflict
      ? [[texts.replace, () => {
        const row = this.waiting.row(item);
        this.outbox.change(item, { basedOn: row ? textAt(row) : null });
        this.retry(item);
      }]]
      : [[texts.tryAgain, () => this.retry(item)]]);
  }

  held(why) {
    const { texts } = this.settings;
    for (const item of this.outbox.items) {
      if (!this.pump.isAside(item)) this.fail(item, `${isChange(item) ? texts.notSaved : texts.notSent}: ${why}`, [[texts.tryAgain, () => this.retry()]]);
    }
  }

  asks(item) {
    const { texts } = this.settings;
    const at = new Date(item.at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
    this.fail(item, texts.sendOld.replace('{0}', at), [[texts.send, () => {
      this.outbox.change(item, { agreed: true });
      this.retry(item);
    }]]);
  }

  fail(item, why, acts) {
    this.waiting.failed(item, why, [...acts, [this.settings.texts.discard, () => this.discard(item)]]);
    if (this.scroller.atEnd) this.scroller.toEnd();
  }

  discard(item) {
    for (const one of [item, ...this.outbox.items.filter(other => other.of === item.id && !other.message)]) {
      this.waiting.remove(one);
      this.outbox.remove(one.id);
    }
    if (this.outbox.items.every(one => this.pump.isAside(one))) this.pump.blocked = null;
    if (!this.box.value && !this.editor.edit) this.setText(item.text);
  }

  // Where the page shows older history, the row does not appear; elsewhere it does, be it late, and nothing stands without either.
  forget(id) {
    setTimeout(() => {
      if (this.stopped) return;
      if (this.log.dataset.end === undefined) this.waiting.bubble(id)?.remove();
      else if (this.waiting.bubble(id)) this.forget(id);
    }, rowWithin);
  }

  // A row that has come takes its bubble's place.
  settle() {
    for (const bubble of [...this.pending.children]) {
      const id = bubble.dataset.pendingId;
      const row = this.log.querySelector(`article[data-cid="${CSS.escape(id)}"]`);
      if (!row) continue;
      for (const one of [this.outbox, this.editor]) one.placed(id, Number(row.dataset.id), textAt(row));
      this.outbox.remove(id);
      bubble.remove();
    }
    this.waiting.redraw();
    const { edit } = this.editor;
    if (edit) this.editor.look(this.waiting.row(edit));
  }

  // A row that looks different is another element: who was at one of its buttons, or had picked it with a finger, still is.
  carryOn(changes) {
    for (const was of changes.flatMap(change => [...change.removedNodes])) {
      const row = was.id && !was.isConnected ? document.getElementById(was.id) : null;
      for (const kept of ['picked', 'open']) if (row && was.classList.contains(kept)) row.classList.add(kept);
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
    if (act === 'edit') this.editRow(row);
    else if (act === 'more') event.target.setAttribute('aria-expanded', String(row.classList.toggle('open')));
    else if (act === 'delete') {
      this.deleting = Number(row.dataset.id);
      this.dialog.showModal();
    } else if (touch.matches && !event.target.closest('a')) {
      const was = row?.classList.contains('picked');
      this.log.querySelector('.picked')?.classList.remove('picked');
      if (row && !was) row.classList.add('picked');
    }
  }

  editRow(row) {
    this.beginEdit({ message: Number(row.dataset.id), of: null, basedOn: textAt(row), was: row.querySelector('.text').textContent });
  }

  // The newest own message, whether the server has it yet or not.
  async editNewest() {
    const bubble = this.waiting.newest();
    const row = [...this.log.querySelectorAll('article[data-edit]')].at(-1);
    if (bubble) this.beginEdit({ message: null, of: bubble.dataset.pendingId, basedOn: null, was: bubble.firstChild.textContent });
    else if (row && this.log.dataset.end !== undefined) this.editRow(row);
    else if (this.log.dataset.end === undefined || this.log.dataset.older !== undefined) {
      const newest = await this.link.within(this.dotnet.invokeMethodAsync('NewestOwn')).catch(() => null);
      if (newest && !this.box.value && !this.editor.edit) this.beginEdit({ message: newest.id, of: null, basedOn: newest.textAt, was: newest.text });
    }
  }

  beginEdit(target) {
    this.saveDraft();
    if (this.editor.leave()) this.offer();
    this.editor.begin(target);
    this.setText(target.was);
    this.box.focus();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  leaveEdit() {
    this.saveDraft();
    this.editor.leave();
    this.endEdit();
  }

  endEdit() {
    this.editor.end();
    this.say('');
    this.setText(this.draft.text);
    this.offer();
    this.box.focus();
  }

  // Saved like a message is sent: what is typed next has the composer for itself.
  saveEdit(text) {
    const { was, ...target } = this.editor.edit;
    this.endEdit();
    if (text === was) return;
    const item = this.changeOf(target, text);
    this.waiting.again(item);
    this.retry(item);
  }

  // What is not on its way yet is written anew; else the change goes after it.
  changeOf({ message, of, basedOn }, text) {
    const post = this.outbox.items.find(item => item.id === of);
    const before = this.outbox.items.find(item => isChange(item) && (message ? item.message === message : item.of === of));
    if (post && (!post.tried || this.pump.isAside(post))) this.outbox.change(post, { text, agreed: true });
    else if (before && before !== this.pump.sent) this.outbox.change(before, { text });
    else return this.outbox.add(text, { message, of, basedOn });
    return before ?? post;
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
