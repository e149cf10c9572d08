import { isDeepStrictEqual } from 'node:util';
import type { StandInReturn } from '../../src/stand-ins/loop-returns.ts';
import type { StandInRma } from '../../src/stand-ins/masonhub-rmas.ts';
import type { Vendors } from '../support/vendors.ts';
import { type Expected, expectedOf } from './expectation.ts';
import type { AskService, KnownReturn } from './known.ts';
import { countLines, countSkus, packageIdOf } from './looks.ts';
import { rules, strangeSku } from './merchants.ts';
import type { PlannedReturn } from './plan.ts';

/**
 * `lost`: something that has to happen did not. `wrong`: something happened that must not.
 * `doubled`: something took effect more than once.
 */
export interface Finding {
  readonly kind: 'lost' | 'wrong' | 'doubled';
  readonly merchant: string;
  readonly id: string;
  readonly what: string;
}

type Found = Pick<Finding, 'kind' | 'what'>;

const unfinished = ['pending', 'open', 'receiving', 'received', 'processing'];

/** Compares what both vendors and the service's API hold of a return with what the plan expects. */
async function audit(planned: PlannedReturn, vendors: Vendors, ask: AskService): Promise<Finding[]> {
  const expected = expectedOf(planned);
  const about = vendors.loop.returns.get(planned.id);
  const known = await ask(planned.merchant, planned.id);
  const found: Found[] =
    about === undefined
      ? [{ kind: 'lost', what: 'it was never created in Loop' }]
      : [
          ...auditStatus(expected, known),
          ...auditMessages(expected, about),
          ...auditNotes(expected, about),
          ...auditRma(expected, about, vendors.masonhub.rmas.get(planned.id)),
          ...(rules[planned.merchant].dispositions ? auditDispositions(expected, about, planned) : []),
        ];
  return found.map((one) => ({ ...one, merchant: planned.merchant, id: planned.id }));
}

function auditStatus(expected: Expected, known: KnownReturn | null | 'unreachable'): Found[] {
  if (known === 'unreachable') return [{ kind: 'lost', what: 'no replica answers for it' }];
  if (known === null) return [{ kind: 'lost', what: 'the service does not know it' }];
  const found: Found[] = [];
  if (known.status !== expected.status) {
    const kind = unfinished.includes(known.status) ? 'lost' : 'wrong';
    const reason = known.reason === null ? '' : ` (${known.reason})`;
    found.push({ kind, what: `its status is ${known.status} instead of ${expected.status}${reason}` });
  }
  return [...found, ...auditTimeline(known)];
}

/** Of each of these a return has one at most, however often the message that told of it was delivered. */
const onceOnly = ['return.created', 'label.created', 'receipt', 'decided.'];

function auditTimeline({ timeline }: KnownReturn): Found[] {
  return onceOnly.flatMap((name) => {
    const times = timeline.filter(({ event }) =>
      name.endsWith('.') ? event.startsWith(name) : event === name,
    ).length;
    return times > 1 ? [{ kind: 'doubled', what: `${name} is in its timeline ${times} times` }] : [];
  });
}

function auditMessages({ refunds, flags }: Expected, about: StandInReturn): Found[] {
  const { processedTimes, flaggedTimes } = about;
  const isBoth = processedTimes > 0 && flaggedTimes > 0;
  return [
    ...auditCount('refund message', refunds, processedTimes),
    ...auditCount('flag', flags, flaggedTimes),
    ...(isBoth ? [{ kind: 'doubled' as const, what: 'it was both refunded and flagged' }] : []),
  ];
}

function auditCount(what: string, expected: number, times: number): Found[] {
  if (times === expected) return [];
  if (times < expected) return [{ kind: 'lost', what: `no ${what} took effect` }];
  if (expected === 0) return [{ kind: 'wrong', what: `a ${what} took effect that should not` }];
  return [{ kind: 'doubled', what: `a ${what} took effect ${times} times` }];
}

function auditNotes(expected: Expected, about: StandInReturn): Found[] {
  return auditCount('note', expected.note ? 1 : 0, about.notes.length);
}

function auditRma(expected: Expected, about: StandInReturn, rma: StandInRma | undefined): Found[] {
  if (expected.rma === null) {
    const isGone = rma === undefined || rma.status === 'deleted';
    return isGone ? [] : [{ kind: 'wrong', what: `MasonHub still expects the parcel (${rma.status})` }];
  }
  if (rma === undefined) return [{ kind: 'lost', what: 'MasonHub has no RMA for it' }];
  const found: Found[] = [];
  const status = expected.received ? 'received' : 'in-receiving';
  if (rma.status !== status) found.push({ kind: 'wrong', what: `its RMA is ${rma.status}, not ${status}` });
  const lines = countLines(rma);
  if (!expected.rma.some((skus) => isDeepStrictEqual(lines, countSkus(skus)))) {
    found.push({ kind: 'wrong', what: `its RMA asks for ${JSON.stringify(lines)}` });
  }
  const { package_id } = rma.record;
  if (package_id !== packageIdOf(about)) {
    found.push({ kind: 'wrong', what: `its RMA has the package id ${JSON.stringify(package_id)}` });
  }
  return found;
}

/** Of every line item of a received parcel the merchant's stock keeping is told what became of it. */
function auditDispositions(expected: Expected, about: StandInReturn, planned: PlannedReturn): Found[] {
  if (!expected.received) return [];
  const units = planned.acts.flatMap((act) => (act.do === 'receive' ? act.units : []));
  const came = units.filter(({ sku, status }) => sku !== strangeSku && status !== 'short');
  const good = came.filter(({ status }) => status === undefined).length;
  const told = about.lineItems
    .filter(({ sku }) => sku !== '')
    .map(({ dispositionOutcome }) => dispositionOutcome);
  const count = (outcome: string | null) => told.filter((one) => one === outcome).length;
  if (count(null) > 0) {
    return [{ kind: 'lost', what: `of ${count(null)} line items Loop was not told what became of them` }];
  }
  const isRight = count('back_to_stock') === good && count('resale_hold') === came.length - good;
  return isRight ? [] : [{ kind: 'wrong', what: `Loop was told ${told.join(', ')} of its line items` }];
}

const auditedAtOnce = 20;

/** Audits returns, some at a time. */
export async function auditAll(
  returns: readonly PlannedReturn[],
  { vendorsOf, ask }: { vendorsOf: (slug: string) => Vendors; ask: AskService },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let from = 0; from < returns.length; from += auditedAtOnce) {
    const some = returns.slice(from, from + auditedAtOnce);
    const found = await Promise.all(some.map((planned) => audit(planned, vendorsOf(planned.merchant), ask)));
    findings.push(...found.flat());
  }
  return findings;
}

/** RMAs that belong to no return. */
export function strayRmas(vendors: Vendors): Finding[] {
  return [...vendors.masonhub.rmas.keys()]
    .filter((number) => !vendors.loop.returns.has(number))
    .map((id) => ({
      kind: 'doubled',
      merchant: vendors.slug,
      id,
      what: 'MasonHub has an RMA under a number that is no return',
    }));
}
