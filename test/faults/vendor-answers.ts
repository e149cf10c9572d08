import { z } from 'zod';
import type { ScriptedAnswer } from '../../src/stand-ins/desk.ts';
import type { VendorFault } from './plan.ts';

const page = { status: 200, html: '<!doctype html><title>Please wait</title><h1>One moment</h1>' };

/** A fault in the stand-ins' words. */
export const scripted: Readonly<Record<VendorFault, ScriptedAnswer>> = {
  drop: 'drop',
  hang: 'hang',
  'work, then drop': 'work-then-drop',
  'work, then hang': 'work-then-hang',
  '429': { status: 429, body: { message: 'Too Many Attempts.' } },
  '429 with Retry-After': {
    status: 429,
    body: { message: 'Too Many Attempts.' },
    headers: { 'retry-after': '1' },
  },
  '500': { status: 500, body: { message: 'Server Error' } },
  'work, then 500': { status: 500, body: { message: 'Server Error' }, work: true },
  'HTML page': page,
  'work, then HTML page': { ...page, work: true },
};

const names = new Map<ScriptedAnswer, string>(
  Object.entries(scripted).map(([name, answer]) => [answer, name]),
);

/** The faults that a stand-in's calls really met. */
export function faultsMet(calls: readonly { readonly scripted: ScriptedAnswer | null }[]): string[] {
  return calls.flatMap((call) => (call.scripted === null ? [] : (names.get(call.scripted) ?? [])));
}

const errorOf = z.object({ code: z.literal('INVALID_STATUS') });
const refusal = z.union([
  z.object({ error: errorOf }).transform(() => 1),
  z.object({ errors: z.array(z.object({ error: errorOf })) }).transform(({ errors }) => errors.length),
]);

/** How often MasonHub refused a change because the parcel had come too far: of a whole request, and of some of it. */
export function lateChanges(
  calls: readonly { readonly status: number | null; readonly answer: unknown }[],
): LateChanges {
  const refused = (status: number) =>
    calls
      .filter((call) => call.status === status)
      .reduce((sum, { answer }) => sum + (refusal.safeParse(answer).data ?? 0), 0);
  return { whole: refused(400), partial: refused(207) };
}

export interface LateChanges {
  readonly whole: number;
  readonly partial: number;
}
