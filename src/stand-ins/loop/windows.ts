import type { Reply } from '../desk.ts';

/** A span of time, in milliseconds since 1970. */
export interface ListWindow {
  from: number;
  to: number;
}

/** Whether the ASN report reads every date, or only `yyyy-mm-dd`, as one integrator found. */
export type AsnDates = 'every' | 'days only';

const DAY = 24 * 60 * 60 * 1000;
const LONGEST_WINDOW = 120 * DAY;
const aDay = /^\d{4}-\d{2}-\d{2}$/;
const aDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** The window of the list: the last day unless given, 120 days at most. */
export function listWindow(
  from: string | undefined,
  to: string | undefined,
): ListWindow | { field: string; problem: string } {
  const end = to === undefined ? Date.now() : timeOf(to);
  if (Number.isNaN(end)) return { field: 'to', problem: 'The to is not a valid date.' };
  const start = from === undefined ? end - DAY : timeOf(from);
  if (Number.isNaN(start)) return { field: 'from', problem: 'The from is not a valid date.' };
  if (end - start > LONGEST_WINDOW)
    return { field: 'from', problem: 'The date range must not exceed 120 days.' };
  return { from: start, to: end };
}

/** The window of the ASN report: the last week unless given. No date is refused: one that it cannot read is 1970. */
export function asnWindow(from: string | undefined, to: string | undefined, dates: AsnDates): ListWindow {
  const read = (text: string) => {
    const time = dates === 'every' || aDay.test(text) ? timeOf(text) : Number.NaN;
    return Number.isNaN(time) ? 0 : time;
  };
  const end = to === undefined ? Date.now() : read(to);
  return { from: from === undefined ? end - 7 * DAY : read(from), to: end };
}

// Without a zone Loop means UTC, which is not what Date.parse takes it for. A bare day is its first moment.
function timeOf(text: string): number {
  if (!aDate.test(text)) return Number.NaN;
  const iso = text.replace(' ', 'T');
  return Date.parse(/T[\d:.]+$/.test(iso) ? `${iso}Z` : iso);
}

/** How Loop refuses a request's field. */
export function invalid(field: string, problem: string): Reply {
  return { status: 422, body: { message: problem, errors: { [field]: [problem] } } };
}
