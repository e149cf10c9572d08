import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Settings } from './config/environment.ts';

/** What is done with each line beside writing it. */
export interface LogExtras {
  readonly hooks?: LoggerOptions['hooks'];
  /** What else a line is to have; null for nothing. */
  readonly mixin?: ((line: object) => object) | null;
}

/**
 * One line of JSON an event. What could carry a secret or personal data is blacked out wherever an error
 * or a request brings it along.
 */
export function openLog(level: Settings['logLevel'], { hooks = {}, mixin = null }: LogExtras = {}): Logger {
  return pino({
    level,
    hooks,
    ...(mixin === null ? {} : { mixin }),
    redact: {
      paths: [
        'apiKey',
        'apiToken',
        'callbackToken',
        'webhookSecret',
        'authorization',
        'headers',
        'body',
      ].flatMap((name) => [name, `*.${name}`]),
      censor: '[redacted]',
    },
  });
}
