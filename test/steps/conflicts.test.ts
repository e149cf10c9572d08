import { expect, test } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

const tables = ['deliveries', 'returns', 'outcomes', 'return_events', 'connections'];

/** Every other transaction that writes to the service's tables is refused at its commit, as a conflict with another. */
async function refuseEveryOtherCommit(world: World): Promise<void> {
  await world.query(`
    create sequence commits;
    create function at_commit() returns trigger language plpgsql as $$
      begin
        if current_setting('test.is_counted', true) = 'yes' then return null; end if;
        perform set_config('test.is_counted', 'yes', true);
        if nextval('commits') % 2 = 1 then
          raise exception 'could not serialize access' using errcode = '40001';
        end if;
        return null;
      end $$;`);
  for (const table of tables) {
    await world.query(
      `create constraint trigger at_commit after insert or update on ${table}
        deferrable initially deferred for each row execute function at_commit()`,
    );
  }
}

test('nobody but the database sees a conflict: the vendors get their 200, and no step fails', async () => {
  await using world = await startWorld({ pace: { tries: 1 } });
  await refuseEveryOtherCommit(world);
  const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
  const answers = await world.masonhub.receive(id, [
    { sku: 'TEE-1', status: 'available' },
    { sku: 'CAP-2', status: 'damaged' },
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200]);
  const { timeline } = await world.untilStatus(id, 'flagged');
  await world.untilQuiet();
  expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1, notes: { length: 1 } });
  const events = timeline.map(({ event }) => event);
  expect(events).toEqual([...new Set(events)]);
  expect(world.masonhub.rmas.get(id)?.version).toBe(1);
  expect(world.log.filter(({ level }) => level > 40)).toEqual([]);
  expect(world.log.filter(({ msg }) => msg === 'a step is tried again later')).toEqual([]);
  const [{ refused } = {}] = await world.query('select last_value / 2 as refused from commits');
  expect(Number(refused)).toBeGreaterThan(5);
});
