import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

/** What the API says was sent for a return, and what came back. */
async function callsFor(id: string): Promise<string[]> {
  const found = await world.returnOf(id);
  return (found?.calls ?? []).map(({ vendor, request, answer }) => `${vendor} ${request} → ${answer}`);
}

async function untilCalls(id: string, count: number): Promise<void> {
  await until(
    async () => (await callsFor(id)).length >= count,
    () => `${count} calls for return ${id} to be shown`,
  );
}

describe('the story of a return', () => {
  it('has every call for it with its answer, in their order', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    await untilCalls(id, 3);
    expect(await callsFor(id)).toEqual([
      expect.stringMatching(/^masonhub POST \S*\/rmas → 201 .*success/i),
      expect.stringMatching(new RegExp(`^loop POST \\S*/return/${id}/flag → 200 "?true"?$`)),
      expect.stringMatching(new RegExp(`^loop POST \\S*/return/${id}/note → 200`)),
    ]);
    const found = await world.returnOf(id);
    expect(found?.calls[0]?.body).toContain('"customer_sku_id":"TEE-1"');
    expect(found?.calls[2]?.body).toContain('TEE-1 damaged');
  });

  it('has the tries that failed, while it is still tried', async () => {
    world.masonhub.answerNext('create', { status: 503, body: { message: 'Down for maintenance' } });
    world.masonhub.answerNext('create', { status: 502, body: '<html>Bad gateway</html>' });
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilCalls(id, 1);
    await world.untilStatus(id, 'open');
    await untilCalls(id, 3);
    const calls = await callsFor(id);
    expect(calls[0]).toContain('503 {"message":"Down for maintenance"}');
    expect(calls.at(-1)).toMatch(/ 201 .*success/i);
  });
});
