/**
 * Shows every moment of the page in the reader's zone: what is near as '3 min ago', what is not with its date. The
 * page comes with UTC, which is then what the pointer finds.
 */
const locale = 'en-GB';
const near = 24 * 3_600_000;
const everyMs = 60_000;

const utc = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'medium' });
const toTheSecond = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const day = { day: 'numeric', month: 'short' };
const thisYear = new Intl.DateTimeFormat(locale, { ...day, hour: '2-digit', minute: '2-digit' });
const otherYear = new Intl.DateTimeFormat(locale, { ...day, year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' });
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

function ago(at, now) {
  const distance = at - now;
  const [unit, length] = units.find(([, one]) => Math.abs(distance) >= one) ?? ['minute', 0];
  return length === 0 ? 'just now' : relative.format(Math.trunc(distance / length), unit);
}

function inWords(at, as) {
  const now = Date.now();
  if (as === 'exact') return toTheSecond.format(at);
  if (as === 'ago' || Math.abs(at - now) < near) return ago(at.getTime(), now);
  return (at.getFullYear() === new Date(now).getFullYear() ? thisYear : otherYear).format(at);
}

function show() {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    const words = inWords(at, time.dataset.as);
    if (time.textContent !== words) time.textContent = words;
    const isWhole = time.dataset.as === 'exact';
    time.title = isWhole ? `${utc.format(at)} UTC` : `${utc.format(at)} UTC, here ${toTheSecond.format(at)}`;
  }
}

const zone = document.getElementById('zone');
if (zone !== null) {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const here = `Times are those of ${timeZone.replaceAll('_', ' ')}. Point at one to see it in UTC.`;
  zone.textContent = timeZone === 'UTC' ? 'All times are UTC.' : here;
}
show();
setInterval(show, everyMs);
document.addEventListener('refreshed', show);
