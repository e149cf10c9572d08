import type { Merchant } from '../../src/config/merchants.ts';
import type { LabelEvent, LoopReturnEvent, ReceiptEvent } from '../../src/returns/events.ts';
import type { ListedLabel, LoopState, ReturnItem } from '../../src/returns/loop-facts.ts';
import { defaultReceiptPolicy, type ReceiptPolicy } from '../../src/returns/policy.ts';
import {
  newReturn,
  type Receipt,
  type ReceiptLine,
  type Return,
  type Rma,
  type RmaLine,
} from '../../src/returns/return.ts';
import { loopTrigger } from '../../src/returns/timeline.ts';

export const RETURN_ID = '26442641';

interface MerchantChanges {
  readonly refunds?: boolean;
  readonly receipts?: Partial<ReceiptPolicy>;
  readonly partialRmas?: boolean;
  readonly keptItems?: Merchant['keptItems'];
  readonly dispositions?: boolean;
  readonly masonhub?: Partial<Merchant['masonhub']>;
  readonly loop?: Partial<Merchant['loop']>;
  /** Reasons as `normaliseReason` makes them. */
  readonly returnReasons?: Record<string, RmaLine['reason']>;
}

/** A merchant whose refunds are enabled, unless a test says otherwise. */
export function merchantWith(changes: MerchantChanges = {}): Merchant {
  return {
    slug: 'acme',
    loop: {
      apiKey: 'loop-key',
      webhookSecrets: ['loop-secret'],
      apiUrl: 'http://loop.invalid/api/2026-10',
      destinations: null,
      ...changes.loop,
    },
    masonhub: {
      account: 'acme',
      apiToken: 'masonhub-token',
      callbackToken: 'callback-token',
      apiUrl: 'http://masonhub.invalid/acme/api/v1',
      orderReference: 'none',
      receiveInto: 'qc',
      ...changes.masonhub,
    },
    refunds: changes.refunds ?? true,
    receipts: { ...defaultReceiptPolicy, ...changes.receipts },
    partialRmas: changes.partialRmas ?? false,
    keptItems: changes.keptItems ?? 'expect',
    dispositions: changes.dispositions ?? false,
    backfillMs: 14 * 86_400_000,
    returnReasons: new Map(Object.entries(changes.returnReasons ?? {})),
  };
}

/** An RMA that asks for these units, one line for each entry. */
export function rmaFor(first: readonly [string, number], ...rest: (readonly [string, number])[]): Rma {
  const line = ([sku, units]: readonly [string, number]): RmaLine => ({
    sku,
    units,
    reason: 'other',
    note: null,
    orderReference: null,
  });
  return {
    rmaNumber: RETURN_ID,
    packageId: RETURN_ID,
    receiveInto: 'qc',
    lines: [line(first), ...rest.map(line)],
  };
}

interface LineFacts {
  readonly onRma?: boolean;
  readonly counted?: number | null;
  readonly detailed?: boolean;
  readonly note?: string;
}

/** A line of a receipt: what was found, by inventory status. */
export function found(sku: string, units: Record<string, number>, facts: LineFacts = {}): ReceiptLine {
  return {
    sku,
    onRma: facts.onRma ?? true,
    counted: facts.counted ?? null,
    detailed: facts.detailed ?? true,
    received: Object.entries(units).map(([disposition, count]) => ({
      disposition,
      units: count,
      note: facts.note ?? null,
    })),
  };
}

/** The same for an item that the warehouse says was not on the RMA. */
export function extra(sku: string, units: Record<string, number>): ReceiptLine {
  return found(sku, units, { onRma: false });
}

export function receiptOf(...lines: ReceiptLine[]): Receipt {
  return {
    masonHubId: null,
    packageId: null,
    isBlind: false,
    changedAt: null,
    toldAt: null,
    lines,
    note: null,
  };
}

/** A line item of a return in Loop. */
export function item(sku: string, facts: Partial<ReturnItem> = {}): ReturnItem {
  return { lineItemId: '71', sku, units: 1, reason: null, parentReason: null, destinationId: null, ...facts };
}

/** What Loop tells in another way than usual. */
export interface TellChanges {
  readonly trigger?: string;
  readonly state?: LoopState;
  readonly at?: string | null;
  readonly items?: readonly ReturnItem[];
  readonly labels?: readonly ListedLabel[];
  readonly tellsState?: boolean;
  readonly shownLabels?: LoopReturnEvent['shownLabels'];
  readonly packageReference?: string | null;
  readonly stateWord?: string | null;
  readonly unread?: string | null;
  readonly heardOpen?: boolean;
  readonly destinationId?: string | null;
}

function triggerOf(name: string): LoopReturnEvent['trigger'] {
  return name === 'return.pulled' || name === 'details.told' ? name : loopTrigger.parse(name);
}

/** Loop tells of a return with one shirt and one pair of pants, unless a test says otherwise. */
export function loopTells(changes: TellChanges = {}): LoopReturnEvent {
  return {
    kind: 'loopReturn',
    trigger: triggerOf(changes.trigger ?? 'return.created'),
    heardBy: 'webhook',
    tellsState: changes.tellsState ?? true,
    shownLabels: changes.shownLabels ?? 'all',
    facts: {
      state: changes.state ?? 'open',
      stateWord: changes.stateWord ?? null,
      editedAt: changes.at === undefined ? '2026-03-01T10:00:00.000Z' : changes.at,
      updatedAt: null,
      heardOpen: changes.heardOpen ?? changes.state !== 'closed',
      unread: changes.unread ?? null,
      packageReference: changes.packageReference ?? null,
      orderName: '#90507',
      orderNumber: '90507',
      providerOrderId: '5123456789012',
      destinationId: changes.destinationId ?? null,
      items: [...(changes.items ?? [item('SHIRT'), item('PANTS')])],
      labels: [...(changes.labels ?? [])],
    },
  };
}

/** A label as Loop lists it with the return; with no line items named, it covers all of them. */
export function listed(trackingNumber: string, ...lineItemIds: readonly string[]): ListedLabel {
  return { trackingNumber, lineItemIds: [...lineItemIds], standing: 'live', at: null };
}

/** MasonHub tells what the warehouse found. */
export function receiptTold(receipt: Receipt): ReceiptEvent {
  return { kind: 'receipt', trigger: 'receipt', receipt };
}

/** Loop tells of a label by itself. */
export function labelTold(
  trackingNumber: string | null,
  at: string | null = null,
  trigger = 'label.created',
): LabelEvent {
  return { kind: 'label', trigger: loopTrigger.parse(trigger), trackingNumber, standing: 'live', at };
}

/** The same as an answer of Loop's API tells it, which shows when anything about the return last changed. */
export function answerTells(
  changes: TellChanges & { readonly updatedAt?: string | null } = {},
): LoopReturnEvent {
  const told = loopTells({ trigger: 'return.pulled', ...changes });
  return { ...told, heardBy: 'answer', facts: { ...told.facts, updatedAt: changes.updatedAt ?? null } };
}

/** What is known of a return once Loop has told of it, and nothing else has happened. */
export function returnWith(changes: TellChanges = {}, more: Partial<Return> = {}): Return {
  return { ...newReturn('acme', RETURN_ID), loop: loopTells(changes).facts, ...more };
}
