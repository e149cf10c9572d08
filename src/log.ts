import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Settings } from './config/environment.ts';

/**
 * One line of JSON an event. What could carry a secret or personal data is blacked out wherever an error
 * or a request brings it along.
 */
export function openLog(level: Settings['logLevel'], hooks: LoggerOptions['hooks'] = {}): Logger {
  return pino({
    level,
    hooks,
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
