// Copies the named input's text. The clipboard needs https or localhost; in a house without TLS the text is selected and copied the old way.
const copy = async input => {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(input.value);
    return true;
  }
  input.select();
  return document.execCommand('copy');
};

document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  if (!button) return;
  const input = document.getElementById(button.dataset.copy);
  let done = false;
  try {
    done = await copy(input);
  } catch {
    input.select();
  }
  if (!done) return;
  button.querySelector('span').textContent = button.dataset.copied;
  button.closest('.copy').querySelector('[data-copy-status]').textContent = button.dataset.copied;
});
