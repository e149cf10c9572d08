import type { VendorCall } from '../../connections/calls.ts';
import type { TimelineLine } from '../../returns-store/queries.ts';
import type { ReturnSummary } from '../../returns-store/summary.ts';
import type { Vendor } from '../../vendor-terms/vendors.ts';
import { type EventWords, eventWords } from './event-words.ts';

/** What happened to a return, told once: what belongs together is one step, with the calls that it took. */
export interface StoryStep {
  readonly at: Date;
  readonly words: EventWords;
  /** The timeline's names for it; none where there are only calls. */
  readonly events: readonly string[];
  readonly details: readonly string[];
  readonly calls: readonly VendorCall[];
  /** How often it was told, word for word. */
  readonly times: number;
  /** Whether the return came to need attention by it. */
  readonly isTrouble: boolean;
}

/** @returns timeline and calls as steps, in the order in which each of them was settled */
export function tellStory(timeline: readonly TimelineLine[], calls: readonly VendorCall[]): StoryStep[] {
  const told = timeline.reduce(withLine, []);
  const unclaimed = new Set(calls);
  const steps = told.map((step) => {
    const own = [...unclaimed].filter((call) => isCallOf(step, call));
    for (const call of own) unclaimed.delete(call);
    return { ...step, calls: own };
  });
  return [...steps, ...callSteps([...unclaimed])].toSorted(
    (one, other) => one.at.getTime() - other.at.getTime(),
  );
}

function withLine(steps: readonly StoryStep[], line: TimelineLine): StoryStep[] {
  const { at, event, detail } = line;
  const last = steps.at(-1);
  const others = steps.slice(0, -1);
  const details = detail === null ? [] : [detail];
  if (last !== undefined && event === 'attention' && last.at.getTime() === at.getTime()) {
    return [...others, { ...joined(last, event, details), isTrouble: true }];
  }
  if (last !== undefined && event === 'decided.by') return [...others, joined(last, event, details)];
  if (last !== undefined && isSame(last, event, details))
    return [...others, { ...last, times: last.times + 1 }];
  const isTrouble = event === 'attention';
  const step = { at, words: eventWords(event), events: [event], details, calls: [], times: 1, isTrouble };
  const sent = rmaAnswers.has(event) ? steps.findLastIndex(isUnansweredRma) : -1;
  if (sent < 0) return [...steps, step];
  const asked = steps[sent];
  return [
    ...steps.filter((_, index) => index !== sent),
    {
      ...step,
      events: [...(asked?.events ?? []), event],
      details: unique([...details, ...(asked?.details ?? [])]),
    },
  ];
}

function joined(step: StoryStep, event: string, details: readonly string[]): StoryStep {
  return { ...step, events: [...step.events, event], details: unique([...step.details, ...details]) };
}

function isSame(step: StoryStep, event: string, details: readonly string[]): boolean {
  return step.events.join() === event && step.details.join() === details.join();
}

function unique(details: readonly string[]): string[] {
  return [...new Set(details)];
}

const rmaRequests: readonly string[] = ['rma.sent', 'rma.deleting'];
const rmaAnswers: ReadonlySet<string> = new Set([
  'rma.created',
  'rma.replaced',
  'rma.adopted',
  'rma.deleted',
  'rma.gone',
  'rma.kept',
  'rma.refused',
  'rma.failed',
]);

function isUnansweredRma({ events }: StoryStep): boolean {
  return events.length === 1 && rmaRequests.includes(events[0] ?? '');
}

/** Which calls lead to which lines of the timeline: by the beginning of the line's name, and the request's path. */
const leading: readonly { readonly events: RegExp; readonly vendor: Vendor; readonly request: RegExp }[] = [
  { events: /^rma\./, vendor: 'masonhub', request: /\/rmas/ },
  { events: /^receipt\.(pulled|failed)/, vendor: 'masonhub', request: /^GET .*\/rmas/ },
  { events: /^(process|flag|message)\./, vendor: 'loop', request: /\/(process|flag)$/ },
  { events: /^note\./, vendor: 'loop', request: /\/note$/ },
  { events: /^dispositions\./, vendor: 'loop', request: /\/dispositioning\// },
  { events: /^(details|destination|closing)\./, vendor: 'loop', request: /\/return\/details/ },
];

/** A request that is not answered yet takes all that was tried for it so far. */
function isCallOf(step: StoryStep, { vendor, request, at }: VendorCall): boolean {
  const isInTime = isUnansweredRma(step) ? at >= step.at : at <= step.at;
  return (
    isInTime &&
    leading.some(
      (one) =>
        one.vendor === vendor &&
        one.request.test(request) &&
        step.events.some((event) => one.events.test(event)),
    )
  );
}

/** Calls of which the timeline says nothing, such as those that failed and are tried again. */
function callSteps(calls: readonly VendorCall[]): StoryStep[] {
  const alike = Map.groupBy(calls, ({ vendor, request }) => JSON.stringify([vendor, request]));
  return [...alike.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const to = first.vendor === 'loop' ? 'Loop' : 'MasonHub';
    const words: EventWords = { from: 'service', to, what: 'a call' };
    return [{ at: first.at, words, events: [], details: [], calls: own, times: 1, isTrouble: false }];
  });
}

/** A point that most returns come by, in their order. */
export interface LifePoint {
  readonly name: string;
  /** When it came by it; null where it has not, or nobody said when. */
  readonly at: Date | null;
  readonly isPassed: boolean;
}

/** What is kept of a return's milestones. */
type Dates = Pick<ReturnSummary, 'createdAt' | 'dockedAt' | 'receivedAt' | 'decidedAt'>;

/** How far a return has come. What came later than a point has passed it, also where nobody told of the point. */
export function lifeOf(dates: Dates, timeline: readonly TimelineLine[]): LifePoint[] {
  const rma = timeline.find(({ event }) => /^rma\.(created|adopted|replaced)$/.test(event));
  const points = [
    { name: 'Created', at: dates.createdAt },
    { name: 'RMA opened', at: rma?.at ?? null },
    { name: 'At the warehouse', at: dates.dockedAt },
    { name: 'Received', at: dates.receivedAt },
    { name: 'Decided', at: dates.decidedAt },
  ];
  const last = points.findLastIndex(({ at }) => at !== null);
  return points.map((point, index) => ({ ...point, isPassed: index <= last }));
}
