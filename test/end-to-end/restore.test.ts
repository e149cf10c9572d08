import { writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { parseMerchants } from '../../src/config/merchants.ts';
import { startService } from '../../src/service.ts';
import type { Pace } from '../../src/steps/pace.ts';
import { runSource } from '../support/command.ts';
import { copyOf, type FreshDatabase, freshDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/process.ts';
import { type ReturnBody, returnBody, type Status } from '../support/return-body.ts';
import { opsToken, testPace } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type MerchantSpec, merchantsFileOf, startVendors } from '../support/vendors.ts';
import { letIn, openJobs, runQuery } from '../support/world-database.ts';

/** Vendors that outlive the service's database, of which there are backups. */
async function startPlace(spec: MerchantSpec = {}) {
  const closing = new AsyncDisposableStack();
  const vendors = await startVendors('acme', spec);
  closing.defer(() => vendors.close());
  const folder = closing.use(await temporaryFolder());
  const merchantsFile = merchantsFileOf([vendors]);
  const keep = (database: FreshDatabase) => {
    closing.defer(() => database.drop());
    return database.url;
  };

  /** A service on a database; Loop has ten minutes to close what it accepts, as it has in production. */
  const serve = async (databaseUrl: string, pace: Partial<Pace> = { processWithinMs: 600_000 }) => {
    const service = await startService({
      settings: {
        host: '127.0.0.1',
        port: 0,
        databaseUrl,
        dataDir: tmpdir(),
        opsToken,
        pollIntervalMs: 1_000,
        retentionMs: 86_400_000,
      },
      merchants: parseMerchants(merchantsFile, {}, 'merchants.yaml'),
      log: pino({ level: 'silent' }),
      pace: { ...testPace, tries: 100, ...pace },
    });
    vendors.sendTo(service.url);
    const shown = async (id: string): Promise<ReturnBody | null> => {
      const headers = { authorization: `Bearer ${opsToken}` };
      const answer = await fetch(`${service.url}/api/returns/acme/${id}`, { headers });
      return answer.status === 404 ? null : returnBody.parse(await answer.json());
    };
    return {
      until: (id: string, status: Status) =>
        until(
          async () => (await shown(id))?.status === status,
          async () => `return ${id} as ${status}; it is ${JSON.stringify(await shown(id))}`,
        ),
      shown,
      untilQuiet: () =>
        until(
          async () => (await openJobs((text) => runQuery(databaseUrl, text, []))).length === 0,
          () => 'an end of the jobs',
        ),
      stop: () => service.stop(),
    };
  };
  return {
    ...vendors,
    serve,
    fresh: async () => keep(await freshDatabase('started')),
    /** As it is at this moment, while the service runs: nobody is let in meanwhile. */
    backUp: async (databaseUrl: string) => {
      await letIn(databaseUrl, false);
      const copy = keep(await copyOf(databaseUrl));
      await letIn(databaseUrl, true);
      return copy;
    },
    /** @param file the merchants file, where it is not the service's own */
    markRestored: async (databaseUrl: string, file = merchantsFile) => {
      const MERCHANTS_FILE = join(folder.path, 'merchants.yaml');
      await writeFile(MERCHANTS_FILE, file);
      return runSource('src/restored.ts', [], { DATABASE_URL: databaseUrl, MERCHANTS_FILE });
    },
    told: (id: string) => {
      const about = vendors.loop.returns.get(id);
      return [about?.processedTimes, about?.flaggedTimes, about?.notes.length];
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

const shirt = { items: [{ sku: 'TEE-1' }] };

type Place = Awaited<ReturnType<typeof startPlace>>;

/** A backup that does not know of a refund that Loop has accepted since and not carried out yet. */
async function acceptedSinceBackup(place: Place) {
  const lost = await place.fresh();
  const before = await place.serve(lost);
  const id = await place.loop.createReturn(shirt);
  await before.until(id, 'open');
  const backup = await place.backUp(lost);
  place.loop.closeProcessedAfter(null);
  await place.masonhub.receive(id);
  await before.until(id, 'processing');
  await before.stop();
  return { id, backup };
}

/** A service on the backup waits for what Loop does with the refund, and asks for none of its own. */
async function expectOneRefund(place: Place, backup: string, id: string): Promise<void> {
  const after = await place.serve(backup);
  await after.until(id, 'received');
  await place.loop.processReturn(id);
  await after.until(id, 'processed');
  await after.stop();
  expect(place.told(id)).toEqual([1, 0, 0]);
}

describe('after the database was lost and an older backup restored', () => {
  it('the polls bring back the rest, and no refund, flag or note is sent a second time', async () => {
    await using place = await startPlace();
    const { loop, masonhub } = place;
    const lost = await place.fresh();
    const before = await place.serve(lost);
    const open = async () => {
      const id = await loop.createReturn(shirt);
      await before.until(id, 'open');
      return id;
    };
    const refunded = await open();
    const flagged = await open();
    const waiting = await open();
    const untouched = await open();
    const cancelled = await open();
    const backup = await place.backUp(lost);

    // All this the backup does not know.
    await masonhub.receive(refunded);
    await before.until(refunded, 'processed');
    await masonhub.receive(flagged, [{ sku: 'TEE-1', status: 'damaged' }]);
    await before.until(flagged, 'flagged');
    await loop.cancelReturn(cancelled);
    await before.until(cancelled, 'cancelled');
    const created = await open();
    const createdAndRefunded = await open();
    await masonhub.receive(createdAndRefunded);
    await before.until(createdAndRefunded, 'processed');
    const createdAndFlagged = await open();
    await masonhub.receive(createdAndFlagged, []);
    await before.until(createdAndFlagged, 'flagged');
    // Loop has accepted this refund and not carried it out yet: it still calls the return open.
    loop.closeProcessedAfter(null);
    await masonhub.receive(waiting);
    await before.until(waiting, 'processing');
    await before.untilQuiet();
    await before.stop();

    const marked = await place.markRestored(backup);
    expect(marked).toMatchObject({ status: 0, stderr: '' });
    expect(marked.stdout).toContain('acme');
    const entries = await runQuery(backup, `select who, by, result from audit where action = 'restored'`, []);
    expect(entries).toEqual([{ who: userInfo().username, by: 'command', result: 'done' }]);
    const after = await place.serve(backup);
    await after.until(refunded, 'processed');
    await after.until(flagged, 'flagged');
    await after.until(cancelled, 'cancelled');
    await after.until(created, 'open');
    await after.until(createdAndRefunded, 'processed');
    await after.until(createdAndFlagged, 'flagged');
    await after.until(waiting, 'received');
    expect(place.told(waiting)).toEqual([1, 0, 0]);
    await loop.processReturn(waiting);
    await after.until(waiting, 'processed');
    // What comes now waits as well: nobody can tell it from what was sent before.
    await masonhub.receive(untouched);
    await after.until(untouched, 'received');
    await after.stop();
    for (const id of [refunded, createdAndRefunded, waiting]) expect(place.told(id)).toEqual([1, 0, 0]);
    for (const id of [flagged, createdAndFlagged]) expect(place.told(id)).toEqual([0, 1, 1]);
  });

  it('a request that had no answer when the backup was made may have been repeated since', async () => {
    await using place = await startPlace();
    const { loop } = place;
    const lost = await place.fresh();
    const before = await place.serve(lost);
    const id = await loop.createReturn(shirt);
    await before.until(id, 'open');
    loop.closeProcessedAfter(null);
    loop.answerNext('process', 'drop');
    await place.masonhub.receive(id);
    const asked = (name: string) => loop.calls.filter((call) => call.name === name).length;
    await until(
      async () => asked('process') === 1,
      () => 'the request that gets no answer',
    );
    await before.stop();
    // Loop has had its time before the backup is made; after it, the request goes out again.
    const claimedLongAgo = `update outcomes set message_claimed_at = message_claimed_at - interval '1 hour'`;
    await runQuery(lost, claimedLongAgo, []);
    const backup = await place.backUp(lost);
    const repeating = await place.serve(lost);
    await repeating.until(id, 'processing');
    await repeating.stop();

    expect(await place.markRestored(backup)).toMatchObject({ status: 0 });
    const askedBefore = asked('details');
    const after = await place.serve(backup);
    await until(
      async () => asked('details') >= askedBefore + 2,
      () => 'Loop to be asked again and again',
    );
    await loop.processReturn(id);
    await after.until(id, 'processed');
    await after.stop();
    expect(place.told(id)).toEqual([1, 0, 0]);
  });

  it('it counts for a merchant who is not in the file just then, and comes back to it', async () => {
    await using place = await startPlace();
    const { id, backup } = await acceptedSinceBackup(place);
    const marked = await place.markRestored(backup, 'merchants: {}');
    expect(marked).toMatchObject({ status: 0, stderr: '' });
    expect(marked.stdout).toContain('Noted for acme:');
    await expectOneRefund(place, backup, id);
  });

  it('what Loop was not asked for before goes out once Loop has had its time', async () => {
    await using place = await startPlace();
    const database = await place.fresh();
    const before = await place.serve(database);
    const id = await place.loop.createReturn(shirt);
    await before.until(id, 'open');
    await before.stop();
    expect(await place.markRestored(database)).toMatchObject({ status: 0 });
    const after = await place.serve(database, { processWithinMs: 50 });
    await place.masonhub.receive(id);
    await after.until(id, 'processed');
    await after.stop();
    expect(place.told(id)).toEqual([1, 0, 0]);
    expect(place.loop.calls.map(({ name }) => name)).toContain('details');
  });

  it('a backup that is hours old is known by itself', async () => {
    await using place = await startPlace();
    const { id, backup } = await acceptedSinceBackup(place);
    await runQuery(backup, `update polls set watermark = watermark - interval '2 hours'`, []);
    await expectOneRefund(place, backup, id);
  });

  it('a return that Loop has in review may have failed to be processed: a person has to look', async () => {
    await using place = await startPlace({ loop: { processFlagged: true } });
    const lost = await place.fresh();
    const before = await place.serve(lost);
    const id = await place.loop.createReturn({ ...shirt, processing: 'goesToReview' });
    await before.until(id, 'open');
    const backup = await place.backUp(lost);
    await place.masonhub.receive(id);
    await before.until(id, 'attention');
    await before.stop();
    expect(await place.markRestored(backup)).toMatchObject({ status: 0 });
    const after = await place.serve(backup, { processWithinMs: 50 });
    await after.until(id, 'attention');
    expect((await after.shown(id))?.reason).toMatch(/restored from a backup.*Needs Review/);
    await after.stop();
    expect(place.told(id)).toEqual([1, 0, 0]);
  });
});
