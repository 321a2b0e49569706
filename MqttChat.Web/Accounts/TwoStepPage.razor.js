// Prints the page, on which stand the recovery codes.
document.addEventListener('click', event => {
  if (event.target.closest?.('[data-print]')) window.print();
});
