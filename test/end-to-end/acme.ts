import { afterAll, beforeAll, expect } from 'vitest';
import { isObject, type JsonObject, recordsOf } from '../../src/stand-ins/json.ts';
import type { CallbackEnvelope } from '../../src/stand-ins/masonhub/envelopes.ts';
import { startWorld, type World } from '../support/service.ts';

export let world: World;

/** Starts one service with `acme` for all tests of a file. */
export function serveAcme(): void {
  beforeAll(async () => {
    world = await startWorld({
      merchants: {
        acme: {
          returnReasons: { 'Item was too big': 'tooBig' },
          masonhubSettings: { receiveInto: 'under-investigation' },
        },
      },
    });
  });
  afterAll(async () => {
    await world.stop();
  });
}

/** Delivers a message whose RMA was changed on the way, wherever its version keeps the RMA. */
export async function deliverChanged(envelope: CallbackEnvelope, change: (rma: JsonObject) => JsonObject) {
  const data = envelope.data.map((item) =>
    isObject(item['details']) ? { ...item, details: change(item['details']) } : change(item),
  );
  const [answer] = await world.masonhub.deliver({ ...envelope, data });
  expect(answer).toMatchObject({ status: 200 });
}

export const linesOf = (rma: JsonObject) => recordsOf(rma['line_items']) ?? [];
/** Changes the first line of an RMA. */
export const firstLine = (change: JsonObject) => (rma: JsonObject) => ({
  ...rma,
  line_items: linesOf(rma).map((line, index) => (index === 0 ? { ...line, ...change } : line)),
});
