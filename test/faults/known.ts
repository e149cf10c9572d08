import { z } from 'zod';
import { statuses } from '../../src/returns/return.ts';
import type { Replica } from '../replicas/replicas.ts';

const returnBody = z.object({
  rmaNumber: z.string(),
  status: z.enum(statuses),
  reason: z.string().nullable(),
  timeline: z.array(z.object({ event: z.string(), detail: z.string().nullable() })),
});

/** What the service's API says of a return. */
export type KnownReturn = z.infer<typeof returnBody>;

/** Null where the service knows no such return, `unreachable` while no replica and database answer. */
export type AskService = (merchant: string, id: string) => Promise<KnownReturn | null | 'unreachable'>;

/** Asks whichever replica answers. */
export function askingAny(replicas: readonly Replica[], opsToken: string): AskService {
  return async (merchant, id) => {
    for (const { url } of replicas) {
      if (url === null) continue;
      try {
        const answer = await fetch(`${url}/api/returns/${merchant}/${id}`, {
          headers: { authorization: `Bearer ${opsToken}` },
          signal: AbortSignal.timeout(5_000),
        });
        if (answer.status === 404) return null;
        if (answer.status === 200) return returnBody.parse(await answer.json());
      } catch {
        // Killed in the meantime, or without its database.
      }
    }
    return 'unreachable';
  };
}
