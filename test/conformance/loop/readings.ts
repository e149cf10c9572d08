import type { MakeCall } from '../../../src/outbound/call.ts';
import { loopClient } from '../../../src/vendors/loop/client.ts';
import type { ReturnRecord } from '../../../src/vendors/loop/schemas.ts';
import { type WarehouseApi, warehouseApi } from '../../../src/vendors/loop/warehouse-api.ts';
import { webhooksApi } from '../../../src/vendors/loop/webhooks-api.ts';
import { merchantWith } from '../../returns/fixtures.ts';
import { ASKED, type LoopCall } from './answers.ts';

/** Asks Loop through the clients of the service. */
export function loopReadings(url: string, call: MakeCall): Record<LoopCall, () => Promise<unknown>> {
  const merchant = merchantWith({ loop: { apiUrl: `${url}/api/2026-10` } });
  const client = loopClient(merchant, call);
  const warehouse = warehouseApi(merchant, call);
  const hooks = webhooksApi(merchant.loop, call);
  const window = { from: new Date('2026-11-20T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') };
  const wanted = {
    topic: 'return',
    trigger: 'return.created',
    url: 'https://returns.example.com/webhooks/loop/acme',
    active: true,
  };
  const item = { lineItemId: '40117001', disposition: 'available' as const };
  return {
    process: () => client.process(ASKED),
    flag: () => client.flag(ASKED),
    note: () => client.addNote(ASKED, 'A note'),
    notes: () => client.notes(ASKED),
    state: () => client.state(ASKED),
    assess: () => client.assess(ASKED, [item], new Date()),
    details: async () => withState(await warehouse.details(ASKED)),
    list: async () => withStates(await warehouse.listReturns(window, null, null)),
    asn: () => warehouse.asnReport(window),
    webhooks: () => hooks.webhooks(),
    'create webhook': () => hooks.create(wanted),
    'replace webhook': () => hooks.replace('5150', wanted),
    destinations: () => hooks.destinations(),
  };
}

/** A return's state as one word, for the corpus to compare. */
function inWords(record: ReturnRecord): object {
  return { ...record, state: record.state?.state ?? null };
}

function withState(answer: Awaited<ReturnType<WarehouseApi['details']>>): unknown {
  return answer.kind === 'details' ? { ...answer, record: inWords(answer.record) } : answer;
}

function withStates(answer: Awaited<ReturnType<WarehouseApi['listReturns']>>): unknown {
  return answer.kind === 'page' ? { ...answer, returns: answer.returns.map(inWords) } : answer;
}
