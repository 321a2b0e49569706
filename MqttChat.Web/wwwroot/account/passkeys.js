// Passkeys: the server's challenge, the browser's answer, sent with the page's own form. Forms say by data-passkey what they do
// ("create", "get"), by data-options where the challenge comes from, and by data-confirm where to show first that it is you.
const bytesOf = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0));
const textOf = bytes => bytes && btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const withBytes = list => list?.map(one => ({ ...one, id: bytesOf(one.id) }));

// By hand: the browsers' own readers and writers of this JSON are younger than their passkeys.
const readable = options => ({
  ...options,
  challenge: bytesOf(options.challenge),
  ...(options.user && { user: { ...options.user, id: bytesOf(options.user.id) } }),
  ...(options.excludeCredentials && { excludeCredentials: withBytes(options.excludeCredentials) }),
  ...(options.allowCredentials && { allowCredentials: withBytes(options.allowCredentials) }),
});

const writable = ({ rawId, type, response, authenticatorAttachment, getClientExtensionResults }, credential) => JSON.stringify({
  id: textOf(rawId),
  rawId: textOf(rawId),
  type,
  authenticatorAttachment: authenticatorAttachment ?? undefined,
  clientExtensionResults: getClientExtensionResults?.call(credential) ?? {},
  response: {
    clientDataJSON: textOf(response.clientDataJSON),
    attestationObject: textOf(response.attestationObject),
    transports: response.getTransports?.(),
    authenticatorData: textOf(response.authenticatorData ?? response.getAuthenticatorData?.()),
    signature: textOf(response.signature),
    userHandle: textOf(response.userHandle),
  },
});

let waiting = null;

const ask = async (form, mediation) => {
  waiting?.abort();
  const { signal } = waiting = new AbortController();
  const answer = await fetch(form.dataset.options, { method: 'POST', body: new FormData(form), signal });
  if (answer.status === 403 && form.dataset.confirm) return location.assign(form.dataset.confirm);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const publicKey = readable(await answer.json());
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, signal, ...(mediation && { mediation }) });
  form.elements.credential.value = writable(credential, credential);
  form.submit();
};

const say = (form, error) => {
  const { cancelled, known, failed } = form.dataset;
  const line = form.querySelector('[data-passkey-error]');
  line.textContent = error.name === 'NotAllowedError' ? cancelled : error.name === 'InvalidStateError' ? known : failed;
  line.hidden = false;
};

document.addEventListener('submit', async event => {
  const form = event.target.closest?.('form[data-passkey]');
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector('[type=submit]');
  form.querySelector('[data-passkey-error]').hidden = true;
  button.disabled = true;
  try {
    await ask(form);
  } catch (error) {
    if (error.name !== 'AbortError') say(form, error);
    button.disabled = false;
  }
});

// Sent once; a page that comes back from the browser's memory can ask again.
addEventListener('pageshow', event => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll('form[data-passkey] [type=submit]')) button.disabled = false;
});

// Offers passkeys in the e-mail field's list, where the browser can; nobody waits for it, so its troubles are nobody's.
const offer = async form => {
  if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  try {
    await ask(form, 'conditional');
  } catch (error) {
    console.debug('passkeys are not offered in the field:', error.name);
  }
};

/** Call when a page with such a form has come. */
export const ready = () => {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (!window.isSecureContext || !window.PublicKeyCredential) {
      form.hidden = true;
      document.querySelector('[data-passkey-missing]')?.removeAttribute('hidden');
      continue;
    }

    form.querySelector('[type=submit]').disabled = false;
    if ('autofill' in form.dataset && !form.dataset.autofill) {
      form.dataset.autofill = 'on';
      offer(form);
    }
  }
};
