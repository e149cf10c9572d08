import type { ScriptedAnswer } from '../../src/stand-ins/http-server.ts';
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
