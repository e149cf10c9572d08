import fc from 'fast-check';
import type { LabelEvent, LoopReturnEvent } from '../../src/returns/events.ts';
import type { LabelStanding, ListedLabel, LoopState, ReturnItem } from '../../src/returns/loop-facts.ts';
import { hasEnded } from '../../src/returns/told.ts';
import { item, labelTold, loopTells } from './fixtures.ts';

/**
 * What really becomes of a return in Loop, moment by moment, and what Loop tells of it: webhooks, which show all
 * of it but only one of its dates, and answers, which show both dates but only the newest label.
 */

/** A return as it stands in Loop after one of its changes. */
export interface Moment {
  readonly state: LoopState;
  readonly items: readonly ReturnItem[];
  /** In the order in which they were made; none is ever taken out. */
  readonly labels: readonly ListedLabel[];
  readonly editedAt: string;
  readonly updatedAt: string;
}

/** What Loop tells of a return. */
export type Told = LoopReturnEvent | LabelEvent;

/** A change: an edit moves both dates, anything else the later one only. */
type Change =
  | { readonly kind: 'items'; readonly items: readonly ReturnItem[] }
  | { readonly kind: 'state'; readonly state: LoopState }
  | { readonly kind: 'label'; readonly replaces: boolean }
  | { readonly kind: 'standing'; readonly which: number; readonly standing: LabelStanding }
  | { readonly kind: 'touch' };

const shirt = item('SHIRT', { lineItemId: '71' });
const pants = item('PANTS', { lineItemId: '72' });
const socks = item('SOCKS', { lineItemId: '73' });

/** The date of a moment; a second apart, so that none is like another. */
function dateOf(moment: number): string {
  return new Date(Date.UTC(2026, 2, 1, 10, 0, moment)).toISOString();
}

function changed(before: Moment, change: Change, moment: number): Moment {
  const at = dateOf(moment);
  const touched = { ...before, updatedAt: at };
  const edited = { ...touched, editedAt: at };
  switch (change.kind) {
    case 'items':
      return { ...edited, items: change.items };
    case 'state':
      return { ...edited, state: change.state };
    case 'label': {
      const made = {
        trackingNumber: `1Z${100 + moment}`,
        lineItemIds: before.items.flatMap((one) => one.lineItemId ?? []),
        standing: 'live' as const,
        at,
      };
      const others = change.replaces
        ? before.labels.map((label) => ({ ...label, standing: 'void' as const, at }))
        : before.labels;
      return { ...touched, labels: [...others, made] };
    }
    case 'standing': {
      const { which, standing } = change;
      const labels = before.labels.map((label, index) =>
        index === which % before.labels.length && label.standing === 'live'
          ? { ...label, standing, at }
          : label,
      );
      return { ...touched, labels };
    }
    case 'touch':
      return touched;
  }
}

/**
 * One item always stays, so that each label covers an item of the return: what a label of before covers once all
 * of its items are others, an answer leaves open.
 */
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom([shirt], [shirt, pants], [shirt, socks]).map((items): Change => ({ kind: 'items', items })),
  fc
    .constantFrom<LoopState>('open', 'review', 'unknown', 'cancelled', 'expired')
    .map((state): Change => ({ kind: 'state', state })),
  fc.boolean().map((replaces): Change => ({ kind: 'label', replaces })),
  fc
    .record({ which: fc.nat({ max: 3 }), standing: fc.constantFrom<LabelStanding>('void', 'delivered') })
    .map((one): Change => ({ kind: 'standing', ...one })),
  fc.constant<Change>({ kind: 'touch' }),
);

const created: Moment = {
  state: 'open',
  items: [shirt, pants],
  labels: [],
  editedAt: dateOf(0),
  updatedAt: dateOf(0),
};

const someChanges = fc.array(anyChange, { maxLength: 7 }).map((changes) => {
  const moments = [created];
  for (const change of changes) moments.push(changed(moments.at(-1) ?? created, change, moments.length));
  return moments;
});

/** The same, and then Loop ends it: an end is the last that happens. */
function ended(moments: readonly Moment[], state: LoopState, isEdit: boolean): readonly Moment[] {
  const last = moments.at(-1) ?? created;
  const at = dateOf(moments.length);
  return [...moments, { ...last, state, updatedAt: at, editedAt: isEdit ? at : last.editedAt }];
}

/** A return whose state changes with an edit only, but that it is closed: that is final, however it comes. */
export const anyEditedHistory: fc.Arbitrary<readonly Moment[]> = fc
  .tuple(someChanges, fc.constantFrom('not closed', 'closed', 'closed by an edit'))
  .map(([moments, end]) =>
    end === 'not closed' ? moments : ended(moments, 'closed', end === 'closed by an edit'),
  );

/** A return that ends, and no date but that of its last change says so. */
export const anyEndedHistory: fc.Arbitrary<readonly Moment[]> = fc
  .tuple(someChanges, fc.constantFrom<LoopState>('cancelled', 'expired', 'closed'))
  .map(([moments, state]) => (isOver(moments) ? moments : ended(moments, state, false)));

function isOver(moments: readonly Moment[]): boolean {
  return hasEnded(moments.at(-1)?.state ?? 'open');
}

export function webhookOf({ state, items, labels, editedAt }: Moment): LoopReturnEvent {
  return loopTells({ trigger: 'return.updated', state, items, labels, at: editedAt });
}

/** A row shows the newest label alone, and neither which items it covers nor when it was changed. */
export function answerOf({ state, items, labels, editedAt, updatedAt }: Moment): LoopReturnEvent {
  const newest = labels.slice(-1).map((label) => ({ ...label, lineItemIds: [], at: null }));
  const told = loopTells({ trigger: 'return.pulled', state, items, labels: newest, at: editedAt });
  return { ...told, heardBy: 'answer', facts: { ...told.facts, updatedAt } };
}

/** The same from an answer that shows only when anything last changed. */
export function updatedAnswerOf(moment: Moment): LoopReturnEvent {
  const told = answerOf(moment);
  return { ...told, facts: { ...told.facts, editedAt: null } };
}

/** What the labels that changed at a moment tell by themselves. */
export function labelWebhooksOf({ labels, updatedAt }: Moment): LabelEvent[] {
  return labels
    .filter(({ at }) => at === updatedAt)
    .map(({ trackingNumber, standing, at }) => ({ ...labelTold(trackingNumber, at), standing }));
}
