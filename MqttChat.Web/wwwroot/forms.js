// A form that is sent is sent once: its buttons rest until its answer has come. The server knows a second press all the same, and gives
// it the first one's answer; this spares it, and shows that something happens.
const longest = 15_000;
const isPost = form => form instanceof HTMLFormElement && form.method === 'post';
const buttonsOf = form => form.querySelectorAll('button:not([type=button]), input[type=submit]');

const wake = form => {
  clearTimeout(Number(form.dataset.rests));
  delete form.dataset.rests;
  form.removeAttribute('aria-busy');
  for (const button of buttonsOf(form)) {
    if (button.dataset.rests === undefined) continue;
    delete button.dataset.rests;
    button.disabled = false;
  }
};

document.addEventListener('submit', event => {
  const form = event.target;
  // A passkey's form asks the device first, and is sent by its own script.
  if (!isPost(form) || form.dataset.passkey) return;
  if (form.dataset.rests !== undefined) {
    event.preventDefault();
    return;
  }
  // After the form was read, and after others had their say: a button that is disabled before is not sent along.
  setTimeout(() => {
    if (event.defaultPrevented) return;
    // An answer that does not come (stopped, no line) leaves the page as it is: then it can be tried again.
    form.dataset.rests = setTimeout(() => wake(form), longest);
    form.setAttribute('aria-busy', 'true');
    for (const button of buttonsOf(form)) {
      if (button.disabled) continue;
      button.dataset.rests = '';
      button.disabled = true;
    }
  });
});

// A page that comes back from the browser's memory is a new one: its forms can be sent, and are no repetition.
addEventListener('pageshow', event => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll('form[data-rests]')) wake(form);
  for (const field of document.querySelectorAll('input[name=_press]')) {
    const bytes = crypto.getRandomValues(new Uint8Array((field.value.length - 1) / 2));
    field.value = field.value[0] + Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  }
});
