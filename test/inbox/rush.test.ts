import { describe, expect, test } from 'vitest';
import { openRush } from '../../src/inbox/rush.ts';

/** A rush whose time passes only while somebody waits. */
function rushAt(passing: () => void = () => {}) {
  const stopping = new AbortController();
  let now = 1_000;
  let waited = 0;
  const rush = openRush(
    () => now,
    async (ms) => {
      now += ms;
      waited += ms;
      passing();
    },
  );
  return {
    rush,
    giveWay: () => rush.giveWay(stopping.signal),
    stop: () => stopping.abort(),
    waited: () => waited,
  };
}

describe('the work behind the door', () => {
  test('waits for nothing where nothing comes in', async () => {
    const { giveWay, waited } = rushAt();
    await giveWay();
    expect(waited()).toBe(0);
  });

  test('waits for nothing where deliveries come in by ones and twos', async () => {
    const { rush, giveWay, waited } = rushAt();
    rush.stored(1);
    rush.stored(2);
    await giveWay();
    expect(waited()).toBe(0);
  });

  test('gives way while many come in at once, and goes on soon after the last', async () => {
    let groups = 3;
    const { rush, giveWay, waited } = rushAt(() => {
      if (groups-- > 0) rush.stored(64);
    });
    rush.stored(64);
    await giveWay();
    expect(waited()).toBe(200);
  });

  test('has its turn all the same where they do not stop coming', async () => {
    const { rush, giveWay, waited } = rushAt(() => rush.stored(64));
    rush.stored(64);
    await giveWay();
    expect(waited()).toBe(5_000);
  });

  test('waits no longer where the service stops', async () => {
    const { rush, giveWay, stop, waited } = rushAt(() => {
      rush.stored(64);
      if (waited() >= 100) stop();
    });
    rush.stored(64);
    await giveWay();
    expect(waited()).toBe(100);
  });
});
