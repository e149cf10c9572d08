/**
 * Keeps the parts of a page that are marked `data-live` up to date: fetches the same page again and takes over
 * what has changed. What is open stays open, what has the focus keeps it, and nothing is announced but that the
 * page could not be brought up to date.
 */
const everyMs = 4_000;
const longestMs = 10_000;
const shown = new Map(liveParts(document).map((part) => [part.id, part.innerHTML]));
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
let freshAt = new Date();

function liveParts(root) {
  return [...root.querySelectorAll('[data-live]')];
}

async function refresh() {
  if (document.hidden || !getSelection().isCollapsed) return;
  const answer = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(longestMs) });
  if (answer.status === 401) location.reload();
  if (!answer.ok) return sayHowFresh(`the service answers ${answer.status}`);
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  freshAt = new Date();
  sayHowFresh(null);
  for (const part of liveParts(next)) {
    const old = document.getElementById(part.id);
    if (old === null || shown.get(part.id) === part.innerHTML) continue;
    shown.set(part.id, part.innerHTML);
    replace(old, part);
  }
  document.dispatchEvent(new Event('refreshed'));
}

/** Says since when the page is not up to date, once for each reason; nothing as long as it is. */
function sayHowFresh(why) {
  const banner = document.getElementById('freshness');
  const text =
    why === null ? '' : `Not up to date since ${clock.format(freshAt)}: ${why}. It is tried again by itself.`;
  if (banner.textContent !== text) banner.textContent = text;
}

function replace(old, part) {
  for (const { id } of old.querySelectorAll('details[open]')) {
    part.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '');
  }
  const focusable = 'a, button, summary';
  const focused = [...old.querySelectorAll(focusable)].indexOf(document.activeElement);
  const label = document.activeElement?.textContent;
  old.replaceChildren(...part.childNodes);
  if (focused < 0) return;
  const candidates = [...old.querySelectorAll(focusable)];
  const same = candidates.find((one) => one.textContent === label) ?? candidates[focused];
  same?.focus({ preventScroll: true });
}

async function keepUpToDate() {
  // What cannot be fetched now can be a little later; the page stays as it is until then.
  await refresh().catch(() => sayHowFresh('the service cannot be reached'));
  setTimeout(keepUpToDate, everyMs);
}

setTimeout(keepUpToDate, everyMs);
