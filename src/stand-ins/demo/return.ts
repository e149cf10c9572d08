import type { End } from './check.ts';
import type { Stage } from './stage.ts';
import type { MerchantSlug } from './world.ts';

/** One return of the demo: what happens to it, in plain words and in deeds, and how it should end. */
export interface DemoReturn {
  readonly title: string;
  readonly merchant: MerchantSlug;
  /** Resolves once everything from outside has happened; the service may still be at work. */
  play(stage: Stage): Promise<void>;
  readonly end: End;
}

export const refunded = {
  status: 'processed',
  refunds: 1,
  flags: 0,
  loop: 'closed',
  rma: 'received',
} as const;
export const flagged = { status: 'flagged', refunds: 0, flags: 1, loop: 'review', rma: 'received' } as const;
