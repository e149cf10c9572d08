import { z } from 'zod';

/** What the bench says to the processes that it starts, and what they answer. */

export const serverOptions = z.object({
  databaseUrl: z.string(),
  /** A merchants file's text. */
  merchantsFile: z.string(),
  opsToken: z.string(),
  /** Where Node-RED is installed; null where it takes no part. */
  nodeRedFolder: z.string().nullable(),
});
export type ServerOptions = z.infer<typeof serverOptions>;

export const toServer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), options: serverOptions }),
  z.object({ kind: z.literal('usage') }),
  z.object({ kind: z.literal('stop') }),
]);
export type ToServer = z.infer<typeof toServer>;

export const usage = z.object({
  residentBytes: z.number(),
  /** The most that was ever resident. */
  peakBytes: z.number(),
  cpu: z.object({ userMs: z.number(), systemMs: z.number() }),
});
export type Usage = z.infer<typeof usage>;

export const fromServer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), url: z.string() }),
  z.object({ kind: z.literal('usage'), usage }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);
export type FromServer = z.infer<typeof fromServer>;

export const loadOrder = z.object({
  url: z.string(),
  secret: z.string(),
  firstId: z.number(),
  count: z.number(),
  connections: z.number(),
});
export type LoadOrder = z.infer<typeof loadOrder>;

export const toLoad = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prepare'), order: loadOrder }),
  z.object({ kind: z.literal('go') }),
]);
export type ToLoad = z.infer<typeof toLoad>;

export const loadResult = z.object({
  requests: z.number(),
  seconds: z.number(),
  /** Answers that were no 200, and requests that got none. */
  failed: z.number(),
  medianMs: z.number(),
  p99Ms: z.number(),
  /** How much of one core the load itself took. */
  cpuShare: z.number(),
  bytesEach: z.number(),
});
export type LoadResult = z.infer<typeof loadResult>;

export const fromLoad = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('done'), result: loadResult }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);
export type FromLoad = z.infer<typeof fromLoad>;
