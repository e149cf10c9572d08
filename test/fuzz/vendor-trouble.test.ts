import { expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../src/stand-ins/desk.ts';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Each may hide that the work was done. */
const strange: ScriptedAnswer[] = [
  { status: 200, html: '<html>Welcome</html>' },
  { status: 200, body: { queued: true, nested: { results: 'success' } } },
  { status: 200, body: [] },
  { status: 200, body: {} },
  { status: 201, body: 'success' },
  { status: 302, body: true, headers: { location: 'http://127.0.0.1:9/' } },
  { status: 429, body: { message: 'Too many' }, headers: { 'retry-after': 'soon' } },
  { status: 503, html: '', headers: { 'retry-after': '-1' } },
  { status: 200, body: { errors: { message: 'Try again', code: 'UNEXPECTED_ERROR' } } },
  'drop',
];
const withWork: ScriptedAnswer[] = strange.map((answer) =>
  typeof answer === 'string' ? 'work-then-drop' : { ...answer, work: true },
);
const item = { sku: 'TEE-1' };

it('strange answers to messages lead to one effective message at most, and no return is left hanging', async () => {
  await using world = await startWorld();
  const { loop, masonhub } = world;
  const ids = await Promise.all([...strange, ...withWork].map(() => world.open([item])));
  loop.answerNext('process', ...strange.flatMap((answer, index) => [answer, withWork[index] ?? answer]));
  loop.answerNext('details', ...strange.slice(0, 5));
  await Promise.all(ids.map((id) => masonhub.receive(id)));
  await world.untilQuiet();
  const ended = async (id: string) => {
    const status = await world.statusOf(id);
    return (status === 'processed' || status === 'attention') && status;
  };
  for (const id of ids) {
    const status = await until(
      () => ended(id),
      async () => `an end of ${JSON.stringify(await world.returnOf(id))}`,
    );
    const { processed, flagged } = world.told(id);
    expect({ flagged, more: processed > 1, lost: status === 'processed' && processed === 0 }).toEqual({
      flagged: 0,
      more: false,
      lost: false,
    });
  }
  expect(world.log.filter(({ level }) => level >= 50)).toEqual([]);
});

it('strange answers to batches lead to one RMA each, and no return is left hanging', async () => {
  await using world = await startWorld();
  const { loop, masonhub } = world;
  masonhub.answerNext('create', ...strange.slice(0, 2), ...withWork.slice(0, 2), ...strange.slice(2, 4));
  masonhub.answerNext('find', ...strange.slice(0, 4));
  const ids = await Promise.all(
    Array.from({ length: 8 }, () => loop.createReturn({ items: [item], label: 'none' })),
  );
  await world.untilQuiet();
  masonhub.answerNext('replace', ...withWork.slice(4));
  masonhub.answerNext('delete', ...withWork.slice(0, 4));
  await Promise.all(ids.slice(0, 4).map((id) => loop.updateReturn(id, { items: [item, item] })));
  await Promise.all(ids.slice(4).map((id) => loop.cancelReturn(id)));
  await world.untilQuiet();
  for (const [index, id] of ids.entries()) {
    const { status } = (await world.returnOf(id)) ?? {};
    expect(index < 4 ? ['open', 'attention'] : ['cancelled', 'attention']).toContain(status);
    // Open in MasonHub exactly where the service says so; a person is told of everything else.
    const held = masonhub.rmas.get(id);
    if (status === 'open') expect(held).toMatchObject({ status: 'open', deletedAt: null });
    if (status === 'cancelled') expect(held === undefined || held.deletedAt !== null).toBe(true);
  }
  expect(world.log.filter(({ level }) => level >= 50)).toEqual([]);
});
