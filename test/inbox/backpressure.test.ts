import { describe, expect, test } from 'vitest';
import { openBackpressure } from '../../src/inbox/backpressure.ts';

/** Backpressure whose time passes only while somebody waits. */
function openAt(passing: () => void = () => {}) {
  const stopping = new AbortController();
  let now = 1_000;
  let waited = 0;
  const backpressure = openBackpressure(
    () => now,
    async (ms) => {
      now += ms;
      waited += ms;
      passing();
    },
  );
  return {
    backpressure,
    giveWay: () => backpressure.giveWay(stopping.signal),
    stop: () => stopping.abort(),
    waited: () => waited,
  };
}

describe('the work behind the endpoint', () => {
  test('waits for nothing where nothing comes in', async () => {
    const { giveWay, waited } = openAt();
    await giveWay();
    expect(waited()).toBe(0);
  });

  test('waits for nothing where deliveries come in by ones and twos', async () => {
    const { backpressure, giveWay, waited } = openAt();
    backpressure.stored(1);
    backpressure.stored(2);
    await giveWay();
    expect(waited()).toBe(0);
  });

  test('gives way while many come in at once, and goes on soon after the last', async () => {
    let groups = 3;
    const { backpressure, giveWay, waited } = openAt(() => {
      if (groups-- > 0) backpressure.stored(64);
    });
    backpressure.stored(64);
    await giveWay();
    expect(waited()).toBe(200);
  });

  test('has its turn all the same where they do not stop coming', async () => {
    const { backpressure, giveWay, waited } = openAt(() => backpressure.stored(64));
    backpressure.stored(64);
    await giveWay();
    expect(waited()).toBe(5_000);
  });

  test('waits no longer where the service stops', async () => {
    const { backpressure, giveWay, stop, waited } = openAt(() => {
      backpressure.stored(64);
      if (waited() >= 100) stop();
    });
    backpressure.stored(64);
    await giveWay();
    expect(waited()).toBe(100);
  });
});
