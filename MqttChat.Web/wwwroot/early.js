// A page is drawn before it is live. What a person does in that time counts: text that is typed is carried over when the page is
// drawn anew, a message that is sent waits in the outbox and goes out, once, when the room's script takes the composer over. Runs
// in the page's head, so that there is no moment in which the composer can be seen and this is not there.
(() => {
  const noticeAfter = 5000;
  const askedKey = 'mc-asked';
  const kept = window.mqttchatKept;
  const touch = matchMedia('(pointer: coarse)');

  // Enter that ends a conversion is never ours; Safari says so only by the key code.
  const sends = event => event.key === 'Enter' && !event.isComposing && event.keyCode !== 229
    && (event.ctrlKey || event.metaKey || (!event.shiftKey && !event.altKey && !touch.matches));

  // Whether there is something to be seen in what was typed.
  const isSendable = typed => /[^\s\p{C}]/u.test(typed);

  // A zero character, halves of characters and U+FFFE come by pasting only, and cannot be stored.
  const isReadable = typed => !/[\0\uFFFE\p{Surrogate}]/u.test(typed);

  // An own message before the server knows it. The row in the log is what a screen reader hears, not twice; one that has to wait
  // for the page says so.
  const draw = (pending, item, aloud = false) => {
    const bubble = Object.assign(document.createElement('div'), { className: 'sent' });
    bubble.dataset.pendingId = item.id;
    const text = Object.assign(document.createElement('div'), { className: 'sent-text', dir: 'auto', textContent: item.text });
    const state = Object.assign(document.createElement('div'), { className: 'sent-state', textContent: pending.dataset.sending });
    (aloud ? text : bubble).setAttribute('aria-hidden', 'true');
    bubble.append(text, state);
    pending.append(bubble);
  };

  // The newest message, or the first that was not read.
  const place = scroll => {
    const line = scroll.querySelector('[data-new-line]');
    if (line) scroll.scrollTop += line.getBoundingClientRect().top - scroll.getBoundingClientRect().top - 60;
    else scroll.scrollTop = scroll.scrollHeight;
    return !line;
  };

  // The newest composer, whose it is, and what waits for it; the one that the room's script has is no longer ours. While the page is
  // drawn anew there is none for a moment: what is typed then goes into the one that was.
  let box = null, key = null, outbox = null, draft = null, taken = null, asked = false;
  let focused = null, pressed = null;
  const isOurs = () => box !== null && box !== taken;
  const isTyped = event => isOurs() && (event.target === box || (!box.isConnected && focused === box && document.activeElement === document.body));
  const part = name => box.closest('.chat').querySelector(`[data-${name}]`);

  const adopt = () => {
    const found = document.getElementById('composer');
    if (!found || (found === box && found.dataset.outbox === key)) return;
    const [before, wasOurs, isSame] = [box, isOurs(), found.dataset.outbox === key];
    [box, key] = [found, found.dataset.outbox];
    if (!isOurs()) return;
    if (!isSame || !outbox) [outbox, draft, asked] = [new kept.Outbox(key), new kept.Draft(key), false];
    box.value = isSame && wasOurs ? before.value : draft.shown;
    part('editing').hidden = !draft.edit;
    part('pending').replaceChildren();
    for (const item of outbox.items) if (!item.of && !item.message && !outbox.asks(item) && !part('log').querySelector(`[data-cid="${CSS.escape(item.id)}"]`)) draw(part('pending'), item);
    place(part('scroll'));
    if (before && before !== box && focused === before) {
      box.focus({ preventScroll: true });
      box.setSelectionRange(before.selectionStart, before.selectionEnd);
    }
  };

  const send = () => {
    const text = box.value;
    if (!isSendable(text)) return;
    // What cannot be sent as it is stays where it is, and so does an edit: the room's script takes it from there.
    asked = text.length > Number(box.dataset.max) || !isReadable(text) || outbox.isFull || draft.edit !== null;
    if (asked) return;
    const item = outbox.add(text);
    box.value = draft.shown = '';
    box.focus({ preventScroll: true });
    draw(part('pending'), item, true);
    part('scroll').scrollTop = part('scroll').scrollHeight;
  };

  // After five seconds the page says that it is not live yet, as it does when the link is lost.
  const held = document.getElementsByClassName('mc-held');
  let waits = false, noticeTimer = 0, noticed = false;
  const notice = shown => {
    noticed = shown;
    document.getElementById('components-reconnect-modal')?.classList.toggle('mc-reconnect-shown', shown);
  };
  const look = () => {
    adopt();
    // Who has left the room writes nothing into it any more; one that is drawn anew is back in a moment.
    if (box && !box.isConnected && focused === box && !document.querySelector('.chat')) setTimeout(() => { if (!box.isConnected) focused = null; }, 1000);
    const now = (isOurs() && box.isConnected) || [...held].some(one => one.disabled);
    if (now === waits) return;
    waits = now;
    clearTimeout(noticeTimer);
    if (waits) noticeTimer = setTimeout(notice, noticeAfter, true);
    else if (noticed) notice(false);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: ['data-outbox'] });

  // A page whose own scripts did not come is asked for again, later each time and not for ever; not where a form is being filled in.
  // What was written in a room is kept.
  const mostAsked = 5;
  const isFilledIn = () => [...document.querySelectorAll('input:not([type=hidden])')].some(field => !field.closest('.mc-held') && field.value !== field.defaultValue);
  const askAgain = () => {
    let times = 0;
    try {
      times = Number(sessionStorage.getItem(askedKey) ?? 0);
      sessionStorage.setItem(askedKey, times + 1);
    } catch { return; }
    if (times < mostAsked) setTimeout(() => { if (!isFilledIn()) location.reload(); }, noticeAfter * 2 ** times);
  };
  addEventListener('error', ({ target }) => {
    if (target.localName === 'script' && target.src.startsWith(`${location.origin}/`)) askAgain();
  }, true);

  const on = (type, handler) => document.addEventListener(type, handler, true);
  const sendButton = event => event.target.closest?.('[data-send]') ?? null;
  on('keydown', event => {
    if (!isTyped(event)) return;
    if (sends(event)) {
      event.preventDefault();
      send();
    } else if (event.target !== box && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      box.setRangeText(event.key, box.selectionStart, box.selectionEnd, 'end');
      draft.shown = box.value;
    }
  });
  on('input', event => {
    if (!isOurs() || event.target !== box) return;
    asked = false;
    draft.shown = box.value;
  });
  on('click', event => { if (isOurs() && sendButton(event)) send(); });
  on('mousedown', event => { if (isOurs() && sendButton(event)) event.preventDefault(); });
  on('focusin', event => { focused = event.target; });
  // A composer that is taken from the page keeps the focus for the one that comes; one that is left does not.
  on('focusout', ({ target }) => queueMicrotask(() => {
    if (target.isConnected && document.activeElement !== target && focused === target) focused = null;
  }));
  // A button that was drawn anew under the finger gets no click of its own.
  on('pointerdown', event => { pressed = sendButton(event); });
  on('pointerup', event => {
    if (pressed && !pressed.isConnected) sendButton(event)?.click();
    pressed = null;
  });

  window.mqttchat = {
    sends,
    isSendable,
    isReadable,
    draw,
    place,
    askAgain,
    /** The page has all its scripts. */
    complete() { try { sessionStorage.removeItem(askedKey); } catch { /* no storage */ } },
    /** From here on the composer is the room's script's: what waits to be sent, and whether to send what is in the field. */
    take(composer) {
      look();
      const key = composer.dataset.outbox;
      const all = { outbox: outbox ?? new kept.Outbox(key), draft: draft ?? new kept.Draft(key), asked };
      [taken, outbox, draft, asked] = [composer, null, null, false];
      look();
      return all;
    },
  };
})();
