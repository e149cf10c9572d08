import type { Merchant } from '../../src/config/merchants.ts';
import type { LoopFacts, ReturnItem } from '../../src/returns/loop-facts.ts';
import type { Return, Rma, WantedRma } from '../../src/returns/return.ts';
import { wantedRma } from '../../src/returns/rma.ts';
import { loopTells, merchantWith, returnWith } from './fixtures.ts';

export function factsWith(
  items: readonly ReturnItem[],
  changes: Partial<LoopFacts> = {},
  more: Partial<Return> = {},
): Return {
  return returnWith({}, { loop: { ...loopTells({ items }).facts, ...changes }, ...more });
}

/** What is wanted, as a part of which the kind is known. */
export function wantedAs<Kind extends WantedRma['kind']>(
  kind: Kind,
  facts: Return,
  merchant: Merchant = merchantWith(),
): Extract<WantedRma, { kind: Kind }> {
  const wanted = wantedRma(facts, merchant);
  if (wanted?.kind !== kind) throw new Error(`it is not ${kind}: ${JSON.stringify(wanted)}`);
  return wanted as Extract<WantedRma, { kind: Kind }>;
}

export function rmaOf(facts: Return, merchant: Merchant = merchantWith()): Rma {
  return wantedAs('rma', facts, merchant).rma;
}
