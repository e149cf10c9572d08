import type { Stage } from './stage.ts';

/** How a return should end, written out by hand: nothing in it comes from the service's own code. */
export interface End {
  /** The service's status. */
  readonly status: 'processed' | 'flagged' | 'held' | 'attention' | 'cancelled';
  /** Process requests that Loop accepted: each could have moved money. */
  readonly refunds: 0 | 1;
  /** Flag requests that Loop accepted. */
  readonly flags: 0 | 1;
  /** For each note on the return in Loop, the pieces that have to be in it. */
  readonly notes: readonly (readonly string[])[];
  /** The return in Loop. */
  readonly loop: 'open' | 'closed' | 'cancelled' | 'review';
  /** The RMA in MasonHub. */
  readonly rma: 'open' | 'received' | 'deleted';
  /** What the RMA asked for: units of each SKU. */
  readonly asked: Readonly<Record<string, number>>;
}

/** How a return did end. */
export interface Found {
  readonly status: string;
  readonly refunds: number;
  readonly flags: number;
  readonly notes: readonly string[];
  readonly loop: string;
  readonly rma: string;
  readonly asked: Readonly<Record<string, number>>;
}

/** Looks at both vendors' own records, and at the service's API for the status. */
export async function findEnd(stage: Stage): Promise<Found> {
  const { rma } = stage;
  const about = stage.loop.returns.get(stage.id);
  const asked: Record<string, number> = {};
  for (const line of rma?.lines ?? []) asked[line.sku] = (asked[line.sku] ?? 0) + line.quantity;
  return {
    status: (await stage.shown())?.status ?? 'not known',
    refunds: about?.processedTimes ?? 0,
    flags: about?.flaggedTimes ?? 0,
    notes: about?.notes.map((note) => note.content) ?? [],
    loop: about?.state ?? 'not known',
    rma: rma?.status ?? 'none',
    asked,
  };
}

const words = {
  status: 'the status',
  refunds: 'refund messages that Loop accepted',
  flags: 'flags that Loop accepted',
  loop: 'the return in Loop',
  rma: 'the RMA in MasonHub',
  asked: 'units that the RMA asked for',
};

/** What is not as it should be, each in one sentence; empty where everything is. */
export function differences(expected: End, found: Found): string[] {
  const names = ['status', 'refunds', 'flags', 'loop', 'rma', 'asked'] as const;
  const wrong = names
    .map((name) => [words[name], written(expected[name]), written(found[name])] as const)
    .filter(([, should, is]) => should !== is)
    .map(([what, should, is]) => `${what}: should be ${should}, is ${is}`);
  return notesAgree(expected.notes, found.notes)
    ? wrong
    : [...wrong, `the notes in Loop: should say ${written(expected.notes)}, are ${written(found.notes)}`];
}

/** Case does not matter: a piece may open a sentence. */
function notesAgree(expected: End['notes'], found: Found['notes']): boolean {
  const said = found.map((note) => note.toLowerCase());
  return (
    said.length === expected.length &&
    expected.every((pieces, at) => pieces.every((piece) => said[at]?.includes(piece.toLowerCase())))
  );
}

/** One text for equal values, whatever the order of an object's keys. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${key}: ${written(entry)}`).join(', ')}}`;
}
