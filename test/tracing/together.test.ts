import { expect, test } from 'vitest';
import { traceIdOf } from '../../src/tracing/trace-ids.ts';
import { placeWithDatabase, untilStatus } from '../process/place.ts';
import { startProcess } from '../support/process.ts';
import { startCollector } from './collector.ts';

test('what several returns share is linked from the trace of each', async () => {
  await using collector = await startCollector();
  await using here = await placeWithDatabase({}, 'started');
  const { vendors } = here;
  // They are there before the service is: its first pull brings them together, and one request opens their RMAs.
  const ids = await Promise.all(
    ['TEE-1', 'CAP-2', 'MUG-3'].map((sku) => vendors.loop.createReturn({ items: [{ sku }] })),
  );
  await using service = startProcess(here.folder, { ...here.settings, ...collector.settings });
  const url = await service.untilListening();
  for (const id of ids) await untilStatus(url, id, 'open');
  await service.stop();
  const creates = vendors.masonhub.calls.filter(({ name }) => name === 'create');
  expect(creates.map(({ records }) => records?.length)).toEqual([3]);

  const spans = collector.spans();
  const linkedFrom = (span: (typeof spans)[number] | undefined) =>
    span?.links.map(({ spanId }) => spans.find((one) => one.spanId === spanId)?.name);
  const traces = ids.map((id) => traceIdOf('acme', id));
  const [shared, ...more] = spans.filter(
    ({ name, traceId }) => name === 'masonhub rmas.create' && !traces.includes(traceId),
  );
  expect(more).toEqual([]);
  expect(shared?.attributes).toMatchObject({ 'masonhub_loop.returns': 3, 'http.response.status_code': 201 });
  expect(spans.filter(({ parentSpanId }) => parentSpanId === shared?.spanId)).toMatchObject([
    { name: 'POST' },
  ]);
  for (const [index, trace] of traces.entries()) {
    const own = spans.filter(({ traceId }) => traceId === trace);
    const named = (name: string) => own.find((one) => one.name === name);
    expect(linkedFrom(named('return.pulled'))).toEqual(['process polls/acme']);
    expect(linkedFrom(named('step rma'))).toEqual(['process rmas/acme']);
    expect(named('step rma')?.events).toEqual(['rmaSent', 'rmaAccepted']);
    const share = named('masonhub rmas.create');
    expect(share?.parentSpanId).toBe(named('step rma')?.spanId);
    expect(share?.links.map(({ spanId }) => spanId)).toEqual([shared?.spanId]);
    expect(share?.attributes).toMatchObject({
      'masonhub_loop.return': ids[index],
      'http.response.status_code': 201,
    });
  }
});
