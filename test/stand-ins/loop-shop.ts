import { afterEach, beforeEach } from 'vitest';
import { type LoopOptions, type StandInLoop, startStandInLoop } from '../../src/stand-ins/loop/stand-in.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/** A style that tests name where the drift from one payload to the next would be in their way. */
export const plainStyle = {
  numbers: 'text',
  dates: 'iso',
  exchangeVariant: 'blank',
  labels: 'list',
  absent: 'null',
} as const;

/** A stand-in Loop and a receiver of its webhooks, new for each test of the file that asks for them. */
export function useShop() {
  let receiver: Receiver;
  let loop: StandInLoop;
  const start = (options: Partial<LoopOptions>) => {
    const usual = { apiKey: 'key', webhookSecret: 'secret', webhookUrl: receiver.url, retryDelayMs: 1 };
    return startStandInLoop({ ...usual, closeAfterMs: 1, ...options });
  };
  beforeEach(async () => {
    receiver = await startReceiver();
    loop = await start({});
  });
  afterEach(async () => {
    await loop.close();
    await receiver.close();
  });
  const payloads = () => receiver.received.map(({ body }) => JSON.parse(body));
  return {
    get loop() {
      return loop;
    },
    get receiver() {
      return receiver;
    },
    restart: async (options: Partial<LoopOptions>) => {
      await loop.close();
      loop = await start(options);
    },
    /** A request to its API; `path` can be a whole address. */
    call: async (method: string, path: string, body?: unknown, key = 'key') => {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const address = path.startsWith('http') ? path : loop.url + path;
      const answer = await fetch(address, { method, headers: { 'x-authorization': key }, ...init });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
    },
    /** The webhooks that were received, in the order in which they came. */
    payloads,
    /** The payload of the webhook that was received last, of all or of those with a trigger. */
    lastPayload: (trigger?: string) => {
      if (trigger === undefined) return JSON.parse(receiver.received.at(-1)?.body ?? '');
      return payloads().findLast((one) => one.trigger === trigger);
    },
    triggers: () => payloads().map(({ trigger }) => trigger),
  };
}
