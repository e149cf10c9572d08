import { isDeepStrictEqual } from 'node:util';
import { plainState } from '../../src/stand-ins/loop/listing.ts';
import type { StandInReturn } from '../../src/stand-ins/loop/returns.ts';
import type { StandInRma } from '../../src/stand-ins/masonhub/rmas.ts';
import type { Vendors } from '../support/vendors.ts';
import { itemOutcomes } from './audit-items.ts';
import { courseOf } from './course.ts';
import { type Expected, type ExpectedRma, expectedOf } from './expectation.ts';
import type { AskService, KnownReturn } from './known.ts';
import { countLines, countSkus, packageIdsOf } from './looks.ts';
import { rules } from './merchants.ts';
import type { Observer } from './observer.ts';
import { receiptsIn } from './parcel.ts';
import type { PlannedReturn } from './plan.ts';

/**
 * `lost`: something that has to happen did not. `wrong`: something happened that must not.
 * `doubled`: something took effect more than once.
 */
export interface AuditFinding {
  readonly kind: 'lost' | 'wrong' | 'doubled';
  readonly merchant: string;
  readonly id: string;
  readonly what: string;
}

/** Where the service can be asked what it knows. */
interface Views {
  readonly ask: AskService;
  readonly observer: Pick<Observer, 'seen' | 'unannounced'>;
}

type Found = Pick<AuditFinding, 'kind' | 'what'>;

const unfinished = ['pending', 'open', 'receiving', 'inspecting', 'received', 'processing'];

/** Compares what both vendors and the service's API hold of a return with what the plan expects. */
async function audit(
  planned: PlannedReturn,
  vendors: Vendors,
  { ask, observer }: Views,
): Promise<AuditFinding[]> {
  const judgedBy = (await observer.seen(planned.merchant, planned.id))?.goodDispositions ?? ['available'];
  const expected = expectedOf(planned, judgedBy);
  const about = vendors.loop.returns.get(planned.id);
  const known = await ask(planned.merchant, planned.id);
  const found: Found[] =
    about === undefined
      ? [{ kind: 'lost', what: 'it was never created in Loop' }]
      : [
          ...auditStatus(expected, known, planned),
          ...auditMessages(expected, about),
          ...auditNotes(expected, about),
          ...auditRma(expected, about, vendors.masonhub.rmas.get(planned.id)),
          ...auditDispositions(expected, about, planned),
        ];
  return found.map((one) => ({ ...one, merchant: planned.merchant, id: planned.id }));
}

function auditStatus(
  expected: Expected,
  known: KnownReturn | null | 'unreachable',
  planned: PlannedReturn,
): Found[] {
  if (known === 'unreachable') return [{ kind: 'lost', what: 'no replica answers for it' }];
  if (known === null) return [{ kind: 'lost', what: 'the service does not know it' }];
  const found: Found[] = [];
  if (known.status !== expected.status) {
    const kind = unfinished.includes(known.status) ? 'lost' : 'wrong';
    const reason = known.reason === null ? '' : ` (${known.reason})`;
    found.push({ kind, what: `its status is ${known.status} instead of ${expected.status}${reason}` });
  }
  return [...found, ...auditTimeline(known, planned)];
}

/** Of each of these a return has so many at most, however often the message that told of it was delivered. */
function auditTimeline({ timeline }: KnownReturn, planned: PlannedReturn): Found[] {
  const { acts } = planned;
  const newLabels = acts.filter((act) => act.do === 'label' || act.do === 'relabel').length;
  const most = {
    'return.created': 1,
    'label.created': newLabels,
    receipt: receiptsIn(planned).length,
    'decided.': 1,
  };
  return Object.entries(most).flatMap(([name, mostTimes]) => {
    const times = timeline.filter(({ event, detail }) =>
      name.endsWith('.')
        ? event.startsWith(name) && event !== 'decided.by'
        : event === name && !isNoNews(detail),
    ).length;
    return times > mostTimes ? [{ kind: 'doubled', what: `${name} is in its timeline ${times} times` }] : [];
  });
}

/** A receipt that was told before, or in words that could not be understood: then it comes once more. */
function isNoNews(detail: string | null): boolean {
  return detail === 'The same receipt again.' || (detail ?? '').includes('could not be understood');
}

function auditMessages({ refunds, flags }: Expected, about: StandInReturn): Found[] {
  const { processedTimes, flaggedTimes } = about;
  const isBoth = processedTimes > 0 && flaggedTimes > 0;
  const flagsExpected = flags === 'either' ? Math.min(flaggedTimes, 1) : flags;
  const isInReview = plainState(about.state) === 'review';
  return [
    ...auditCount('refund message', refunds, processedTimes),
    ...auditCount('flag', flagsExpected, flaggedTimes),
    ...(isBoth ? [{ kind: 'doubled' as const, what: 'it was both refunded and flagged' }] : []),
    ...(flags === 'either' && !isInReview ? [{ kind: 'lost' as const, what: 'it is not in review' }] : []),
  ];
}

function auditCount(what: string, expected: number, times: number): Found[] {
  if (times === expected) return [];
  if (times < expected) return [{ kind: 'lost', what: `no ${what} took effect` }];
  if (expected === 0) return [{ kind: 'wrong', what: `a ${what} took effect that should not` }];
  return [{ kind: 'doubled', what: `a ${what} took effect ${times} times` }];
}

function auditNotes({ note }: Expected, { notes }: StandInReturn): Found[] {
  const [first] = notes;
  const isRight = note === null || first === undefined || first.content.includes(note);
  return [
    ...auditCount('note', note === null ? 0 : 1, notes.length),
    ...(isRight ? [] : [{ kind: 'wrong' as const, what: `its note is ${JSON.stringify(first.content)}` }]),
  ];
}

function auditRma(expected: Expected, about: StandInReturn, rma: StandInRma | undefined): Found[] {
  if (expected.rma === null) {
    const isGone = rma === undefined || rma.status === 'deleted';
    return isGone ? [] : [{ kind: 'wrong', what: `MasonHub still expects the parcel (${rma.status})` }];
  }
  if (rma === undefined) return [{ kind: 'lost', what: 'MasonHub has no RMA for it' }];
  const { skus, status } = expected.rma;
  const found: Found[] = [];
  if (status !== 'any' && rma.status !== status)
    found.push({ kind: 'wrong', what: `its RMA is ${rma.status}, not ${status}` });
  const lines = countLines(rma);
  if (!isDeepStrictEqual(lines, countSkus(skus))) {
    found.push({ kind: 'wrong', what: `its RMA asks for ${JSON.stringify(lines)}` });
  }
  const { package_id } = rma.record;
  if (!packageIds(expected.rma, about).some((packageId) => packageId === package_id)) {
    found.push({ kind: 'wrong', what: `its RMA has the package id ${JSON.stringify(package_id)}` });
  }
  return found;
}

function packageIds({ packageId }: ExpectedRma, about: StandInReturn): readonly string[] {
  if (packageId === 'of now') return packageIdsOf(about);
  return about.labels.map(({ trackingNumber }) => trackingNumber);
}

/** Of every line item that the RMA is to have, the merchant's stock keeping is told what became of it. */
function auditDispositions(expected: Expected, about: StandInReturn, planned: PlannedReturn): Found[] {
  const shop = rules[planned.merchant];
  if (!shop.dispositions || !expected.itemsTold) return [];
  const { wanted, told } = itemOutcomes(planned, shop, courseOf(planned, shop).wanted, about);
  if (told.length < wanted.length) {
    const untold = wanted.length - told.length;
    return [{ kind: 'lost', what: `of ${untold} line items Loop was not told what became of them` }];
  }
  const isRight = isDeepStrictEqual(told, wanted);
  return isRight ? [] : [{ kind: 'wrong', what: `Loop was told ${told.join(', ')} of its line items` }];
}

const auditedAtOnce = 20;

/** Audits returns, some at a time. */
export async function auditAll(
  returns: readonly PlannedReturn[],
  { vendorsOf, ...views }: Views & { vendorsOf: (slug: string) => Vendors },
): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (let from = 0; from < returns.length; from += auditedAtOnce) {
    const some = returns.slice(from, from + auditedAtOnce);
    const found = await Promise.all(
      some.map((planned) => audit(planned, vendorsOf(planned.merchant), views)),
    );
    findings.push(...found.flat());
  }
  return findings;
}

/** Parcels of no return have to be kept for a person to see, however their callbacks fared. */
export async function auditStrays(
  strays: readonly { readonly merchant: string; readonly trackingNumber: string }[],
  { observer }: Pick<Views, 'observer'>,
): Promise<AuditFinding[]> {
  const kept = new Set(await observer.unannounced());
  return strays
    .filter(({ merchant, trackingNumber }) => !kept.has(`${merchant}/${trackingNumber}`))
    .map(({ merchant, trackingNumber }) => ({
      kind: 'lost',
      merchant,
      id: trackingNumber,
      what: 'a parcel that nobody announced is not listed',
    }));
}

/** RMAs that belong to no return. */
export function strayRmas(vendors: Vendors): AuditFinding[] {
  return [...vendors.masonhub.rmas.keys()]
    .filter((number) => !vendors.loop.returns.has(number))
    .map((id) => ({
      kind: 'doubled',
      merchant: vendors.slug,
      id,
      what: 'MasonHub has an RMA under a number that is no return',
    }));
}
