/** Copies what a button stands beside. Where the browser does not allow that, there are no such buttons. */
const backAfterMs = 2_000;

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add('copied');
  const said = document.getElementById('said');
  said.textContent = `Copied ${button.dataset.copy}`;
  setTimeout(() => {
    button.classList.remove('copied');
    said.textContent = '';
  }, backAfterMs);
}

if (navigator.clipboard !== undefined) {
  document.documentElement.classList.add('can-copy');
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]');
    if (button !== null) void copy(button);
  });
}
