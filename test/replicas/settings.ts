import { z } from 'zod';
import type { Pace } from '../../src/steps/pace.ts';

/** What a replica's process is told by the test that starts it. */
export const replicaSettings = z.object({
  databaseUrl: z.string(),
  merchantsFile: z.string(),
  opsToken: z.string(),
  pollIntervalMs: z.number(),
  retentionMs: z.number(),
  /** What differs from the real pace. */
  pace: z.record(z.string(), z.number()),
});
export type ReplicaSettings = z.infer<typeof replicaSettings> & { readonly pace: Partial<Pace> };

const readySaid = z.object({ url: z.string() });
/** What it answers when it is asked for its memory. */
export const memorySaid = z.object({ rss: z.number() });
/** What a replica's process says: that it listens, and how much memory it keeps. */
export const fromReplica = z.union([readySaid, memorySaid]);
export type FromReplica = z.infer<typeof fromReplica>;
