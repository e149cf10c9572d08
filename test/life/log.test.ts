import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LogLine, startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  // A pull would tell of a return before its webhook does.
  await until(
    () => world.log.some(({ msg }) => msg === 'Loop was asked for what changed'),
    () => 'the first pull',
  );
});
afterAll(() => world.stop());

/** What a search for the return's id finds in the log, as `grep` would. */
const grep = (id: string) => world.log.filter((line) => JSON.stringify(line).includes(id));
const told = (line: LogLine) => [line.msg, line['event'] ?? line['result'] ?? line['step'] ?? line['code']];

/** Every line has to say whose return it is about, and which delivery told of it; null where none did. */
function expectNamed(lines: readonly LogLine[], id: string): void {
  for (const line of lines) {
    expect(line, JSON.stringify(line)).toMatchObject({ merchant: 'acme', return: id });
    if (line['code'] !== undefined) continue;
    expect([null, expect.stringMatching(/^[\w-]{36,}$/)]).toContainEqual(line['delivery']);
  }
}

describe('the log of a return', () => {
  it('is its whole story, from the webhook to the message that Loop acts on', async () => {
    const { loop, masonhub } = world;
    const id = await world.open([{ sku: 'TEE-1', reason: 'Too big' }], { label: 'late' });
    await loop.addLabel(id, { carrier: 'USPS', trackingNumber: '9400111899223197428490' });
    await world.untilQuiet();
    await masonhub.progress(id, 'onDock');
    await masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    const lines = grep(id);
    expectNamed(lines, id);
    const moves = lines.filter(({ msg }) => msg === 'a return moved on').map((line) => line['event']);
    expect(moves.sort()).toEqual(
      [
        ...['return.created', 'rmaSent', 'rmaAccepted', 'label.created', 'return.updated', 'rmaSent'],
        ...['rmaAccepted', 'receiving', 'receipt', 'messageAccepted', 'return.closed'],
      ].sort(),
    );
    // Each line of a delivery leads to the one that says what it was.
    const came = lines.filter(({ msg }) => msg === 'a delivery came in').map((line) => line['delivery']);
    const moved = lines.flatMap((line) => (line.msg === 'a return moved on' ? (line['delivery'] ?? []) : []));
    expect(new Set(moved)).toEqual(new Set(came));
  });

  it('says what it waits for while a vendor fails, and that somebody asked for another try', async () => {
    const { loop, masonhub } = world;
    loop.answerNext('flag', { status: 502 }, { status: 502 }, { status: 502 });
    const id = await world.open([{ sku: 'TEE-1' }]);
    await masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(id, 'attention');
    await world.retry(id);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect((await world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' })).status).toBe(409);
    const lines = grep(id);
    expectNamed(lines, id);
    expect(lines.map(told)).toEqual(
      expect.arrayContaining([
        ['a return needs attention', 'stepFailed'],
        ['a return moved on', 'retryRequested'],
        ['a return moved on', 'messageAccepted'],
        ['a return moved on', 'noteAdded'],
        [expect.stringContaining('nothing to try again'), 'nothing_to_retry'],
      ]),
    );
    const waiting = lines.filter(({ msg }) => msg === 'a step is tried again later');
    expect(waiting.slice(0, 2)).toMatchObject([
      { step: 'message', attempt: 1, why: expect.stringContaining('502') },
      { step: 'message', attempt: 2, why: expect.stringContaining('502') },
    ]);
  });

  it('has the delivery that came again, and the one that was replayed', async () => {
    const { loop } = world;
    const id = await world.open([{ sku: 'TEE-1' }]);
    const body = JSON.stringify(loop.payloadOf(id, 'return.updated'));
    for (const result of ['accepted', 'duplicate'])
      expect(await world.post('/webhooks/loop/acme', body, world.signed(body))).toMatchObject({
        json: { status: result },
      });
    await world.untilQuiet();
    await world.query(`update deliveries set result = 'rejected' where key = encode(sha256($1), 'hex')`, [
      Buffer.from(body),
    ]);
    await world.api('/api/deliveries/replay', { method: 'POST' });
    await world.untilQuiet();
    const lines = grep(id);
    expectNamed(lines, id);
    expect(lines.map(told)).toEqual(
      expect.arrayContaining([
        ['a delivery came in', 'accepted'],
        ['a delivery came in', 'duplicate'],
        ['a delivery was replayed', 'accepted'],
      ]),
    );
  });

  it('names the return whose delivery cannot be applied', async () => {
    const forbid = `alter table returns add constraint none check (order_name is distinct from '#77077')`;
    await world.query(forbid);
    const opening = world.open([{ sku: 'TEE-1' }], { orderName: '#77077' });
    const line = await until(
      () => world.log.find(({ msg }) => msg === 'a delivery could not be applied'),
      () => 'the line',
    );
    await world.query('alter table returns drop constraint none');
    const id = await opening;
    expectNamed([line], id);
  });
});
