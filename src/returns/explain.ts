import { itemsOnNoLabel } from './labels.ts';
import type { Verdict } from './receipt.ts';
import type { Return } from './return.ts';

/**
 * What a person should know beside the findings: an item that is on no label may have stayed with the shopper,
 * and units that were not decided in time are still in the warehouse's hands.
 */
export function explain(verdict: Verdict, facts: Return): Verdict {
  const skus = new Set(itemsOnNoLabel(facts).map((item) => item.sku));
  const findings = verdict.findings.map((finding) =>
    finding.disposition === 'missing' && skus.has(finding.sku)
      ? { ...finding, aside: 'on no label: kept by the shopper?' }
      : finding,
  );
  const since =
    facts.wait?.for === 'inspection' ? `since ${facts.wait.since.slice(0, 10)}` : 'not decided yet';
  const waiting = verdict.waiting.map((finding) => ({ ...finding, aside: since }));
  return { ...verdict, findings, waiting };
}
