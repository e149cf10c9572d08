import { type Html, html } from './html.ts';

/** One value a day; null where there is nothing to measure. */
export interface Series {
  readonly name: string;
  /** Which of the style sheet's colours it has. */
  readonly colour: 'created' | 'processed' | 'flagged' | 'attention' | 'median' | 'p95';
  readonly values: readonly (number | null)[];
}

const narrow = 300;
const wide = 420;
const height = 110;
const left = 34;
const top = 8;
const bottom = 18;
const right = 4;

/** Bars, one a day, from zero. */
export function bars(id: string, days: readonly string[], series: Series): Html {
  const scale = scaleFor(series.values);
  const step = (narrow - left - right) / days.length;
  const rects = series.values.map((value, index) => {
    const y = scale.y(value ?? 0);
    return html`<rect class="fill-${series.colour}" x="${round(left + index * step + step * 0.15)}" y="${round(y)}" width="${round(step * 0.7)}" height="${round(height - bottom - y)}" rx="1"></rect>`;
  });
  const title = `${series.name}, ${total(series)} in ${days.length} days`;
  return frame({ id, title, width: narrow }, days, scale, String, rects);
}

/** A line with a point for each day, from zero; days without a value are left out. */
export function lines(
  id: string,
  days: readonly string[],
  title: string,
  series: readonly Series[],
  words: (value: number) => string,
): Html {
  const scale = scaleFor(series.flatMap(({ values }) => values));
  const step = (wide - left - right) / days.length;
  const shapes = series.map(({ colour, values }) => {
    const points = values.flatMap((value, index) =>
      value === null ? [] : [{ x: round(left + (index + 0.5) * step), y: round(scale.y(value)) }],
    );
    return html`<polyline class="line-${colour}" points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}"></polyline>
      ${points.map(({ x, y }) => html`<circle class="fill-${colour}" cx="${x}" cy="${y}" r="2.2"></circle>`)}`;
  });
  return frame({ id, title, width: wide }, days, scale, words, shapes);
}

/** A bar of that share of the whole; its number stands beside it. */
export function share(value: number, whole: number): Html {
  const width = whole === 0 ? 0 : round((value / whole) * 100);
  return html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="share-whole" width="100" height="8" rx="1"></rect><rect class="share-part" width="${width}" height="8" rx="1"></rect></svg>`;
}

interface Scale {
  readonly ticks: readonly number[];
  y(value: number): number;
}

function scaleFor(values: readonly (number | null)[]): Scale {
  const highest = Math.max(0, ...values.map((value) => value ?? 0));
  const end = niceAbove(highest);
  return {
    ticks: [0, end / 2, end],
    y: (value) => height - bottom - (value / end) * (height - top - bottom),
  };
}

/** The next of 2, 4, 10, 20, 40, 100 and so on: half of it is a whole number too. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 2)));
  return [1, 2, 4, 6, 8, 10].map((factor) => factor * power).find((nice) => nice >= value && nice >= 2) ?? 2;
}

function frame(
  { id, title, width }: { id: string; title: string; width: number },
  days: readonly string[],
  scale: Scale,
  words: (value: number) => string,
  shapes: readonly Html[],
): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title">
    <title id="${id}-title">${title}. The numbers are in the table below.</title>
    ${scale.ticks.map((tick) => {
      const y = round(scale.y(tick));
      return html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y}" y2="${y}"></line>
        <text class="tick" x="${left - 4}" y="${y + 3}" text-anchor="end">${words(tick)}</text>`;
    })}
    ${shapes}
    <text class="tick" x="${left}" y="${height - 5}">${dayName(days[0])}</text>
    <text class="tick" x="${width - right}" y="${height - 5}" text-anchor="end">${dayName(days.at(-1))}</text>
  </svg>`;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });

/** `2026-11-23` as `23 Nov`. */
export function dayName(day: string | undefined): string {
  return day === undefined ? '' : dayFormat.format(new Date(`${day}T00:00:00Z`));
}

/** A length of time as people say it. */
export function duration(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${trim(seconds)} s`;
  if (seconds < 7200) return `${trim(seconds / 60)} min`;
  return seconds < 172_800 ? `${trim(seconds / 3600)} h` : `${trim(seconds / 86_400)} d`;
}

function trim(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 1 : 0)));
}

function total({ values }: Series): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
