import { freeText } from '../parsing/redact.ts';
import { cut } from '../parsing/tolerant.ts';
import type { AnswerFields } from '../vendor-terms/terms.ts';
import type { Answer, Call, NoAnswer } from './call.ts';

/** A call as a person reads it: what was sent for one return, and what came back. */
export interface CallWords {
  readonly request: string;
  /** What was sent, as JSON; null where nothing was. */
  readonly body: string | null;
  readonly answer: string;
}

const longestBody = 2_000;
const longestAnswer = 500;
const longestText = 300;
/** Of an answer, all lists and objects in it together: it may have megabytes. */
const mostValues = 100;

/**
 * Of a batch, only what concerns the return is shown. Of an answer, only what is known to hold nothing
 * personal: how it went and why; in the vendor's words, addresses and numbers to call are taken out.
 * @param name what the vendor calls the return
 */
export function describeCall(
  call: Call,
  answer: Answer | NoAnswer,
  name: string,
  fields: AnswerFields,
): CallWords {
  const sent = Array.isArray(call.body) ? ownPart(call.body, { name, fields }) : call.body;
  const body = sent === undefined ? null : JSON.stringify(sent);
  return {
    request: `${call.method} ${new URL(call.url).pathname}`,
    body: body === null ? null : cut(body, longestBody),
    answer: describeAnswer(answer, { name, fields }),
  };
}

function describeAnswer(answer: Answer | NoAnswer, about: About): string {
  if (answer.kind === 'no-answer') return `no answer: ${answer.why}`;
  if (answer.json === undefined) return `${answer.status}, not JSON`;
  const shown = harmless(answer.json, { ...about, isReason: false, budget: { left: mostValues } });
  return shown === undefined
    ? String(answer.status)
    : `${answer.status} ${cut(JSON.stringify(shown), longestAnswer)}`;
}

interface About {
  /** What the vendor calls the return. */
  readonly name: string;
  readonly fields: AnswerFields;
}

/** Of a list in which each entry names its return, the entries of this one; another list as it is. */
function ownPart(entries: readonly unknown[], { name, fields }: About): readonly unknown[] {
  const own = entries.filter((entry) => named(entry, fields) === name);
  return own.length > 0 || entries.some((entry) => named(entry, fields) !== null) ? own : entries;
}

function named(entry: unknown, { record }: AnswerFields): string | null {
  if (record === null || entry === null || typeof entry !== 'object') return null;
  const id: unknown = Reflect.get(entry, record);
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}

/** Where in an answer a value stands. */
interface Place extends About {
  /** Whether the vendor says why here, under names of its own. */
  readonly isReason: boolean;
  /** How many more values are looked at. */
  readonly budget: { left: number };
}

/** @returns undefined where nothing is left to show */
function harmless(value: unknown, place: Place): unknown {
  const { isReason, budget, fields } = place;
  budget.left -= 1;
  if (budget.left < 0) return undefined;
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return freeText(value, longestText);
  if (typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    const shown = ownPart(value, place)
      .slice(0, mostValues)
      .map((entry) => harmless(entry, place));
    const kept = shown.filter((entry) => entry !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  const known = [...fields.results, ...fields.lists, ...fields.reasons];
  const kept = Object.entries(value)
    .filter(([key]) => isReason || known.includes(key))
    .slice(0, mostValues)
    .map(([key, inner]) => {
      const within = { ...place, isReason: isReason || fields.reasons.includes(key) };
      return [key, harmless(inner, within)] as const;
    })
    .filter(([, inner]) => inner !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
