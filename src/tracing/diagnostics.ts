import type { DiagLogger } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { z } from 'zod';

/** What OpenTelemetry says of its own troubles. */
export interface Diagnostics {
  readonly logger: DiagLogger;
  /** What was said before is told now. */
  warnTo(log: Logger): void;
}

/**
 * Says in the service's log which variables OpenTelemetry does not understand, as it starts. From then on it says
 * once that traces are lost, and no more: a collector that is away for a day is nobody's emergency.
 */
export function openDiagnostics(): Diagnostics {
  const beforeTheLog = new Set<string>();
  let log: Logger | null = null;
  let isSaid = false;
  const hear = (...said: unknown[]) => {
    const why = said.map(wordsOf).join(' ').slice(0, 300);
    if (log === null) beforeTheLog.add(why);
    else if (!isSaid) {
      isSaid = true;
      log.warn({ why }, 'traces are lost; the service goes on without, and this is said once');
    }
  };
  const ignore = () => {};
  return {
    logger: { error: hear, warn: hear, info: ignore, debug: ignore, verbose: ignore },
    warnTo: (to) => {
      log = to;
      for (const why of beforeTheLog) to.warn({ why }, 'OpenTelemetry is not set up as the environment asks');
    },
  };
}

/** An exception that OpenTelemetry has turned into text. */
const exception = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(
    z.object({ message: z.string().optional(), name: z.string().optional(), code: z.string().optional() }),
  );

function wordsOf(said: unknown): string {
  if (said instanceof Error) return said.message;
  const text = String(said);
  if (!text.startsWith('{')) return text;
  const { data } = exception.safeParse(text);
  return [data?.message ?? data?.name, data?.code].filter((word) => word !== undefined).join(' ') || text;
}
