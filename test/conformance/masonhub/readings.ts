import type { MakeCall } from '../../../src/outbound/call.ts';
import { callbacksApi } from '../../../src/vendors/masonhub/callbacks-api.ts';
import { type FoundRmas, masonHubClient, type RmaBatchAnswer } from '../../../src/vendors/masonhub/client.ts';
import { merchantWith, rmaFor } from '../../returns/fixtures.ts';
import { named, toSend } from '../../support/rmas.ts';
import { ASKED, CALLBACK_URL, type MasonHubCall } from './answers.ts';

/** Asks MasonHub through the clients of the service, and says in plain words what they read. */
export function masonHubReadings(url: string, call: MakeCall): Record<MasonHubCall, () => Promise<unknown>> {
  const merchant = merchantWith({ masonhub: { apiUrl: `${url}/acme/api/v1` } });
  const client = masonHubClient(merchant, call);
  const callbacks = callbacksApi(merchant, call);
  const rmas = ASKED.map((rmaNumber) => ({ ...rmaFor(['BOOT-OLIVE-41', 1]), rmaNumber }));
  return {
    create: async () => batchWords(await client.createRmas(rmas.map(toSend))),
    replace: async () => batchWords(await client.replaceRmas(rmas.map(toSend))),
    delete: async () => batchWords(await client.deleteRmas(ASKED.map(named))),
    find: async () => foundWords(await client.findRmas(ASKED.map(named))),
    'find received': async () => foundWords(await client.receivedRmas(new Date('2026-11-20T00:00:00Z'), 0)),
    callbacks: () => callbacks.callbacks(),
    'register callback': async () => callbacks.register(CALLBACK_URL, 'callback-token'),
    'remove callbacks': () => callbacks.remove(['cb-4417']),
  };
}

/** What became of each record: accepted, refused or unanswered. */
function batchWords(answer: RmaBatchAnswer): unknown {
  if (answer.kind === 'transient' || answer.kind === 'paused') return answer;
  const records = ASKED.map((number) => {
    if (answer.kind === 'whole-refused') return [number, 'refused'];
    const record = answer.byNumber.get(number);
    if (record === undefined) return [number, 'unanswered'];
    return [number, record.kind === 'accepted' ? 'accepted' : 'refused'];
  });
  const why = answer.kind === 'records' ? [...answer.byNumber.values()] : answer;
  return { records: Object.fromEntries(records), why };
}

function foundWords(answer: FoundRmas): unknown {
  if (answer.kind !== 'found') return answer;
  const { kind, rmas, unread } = answer;
  return { kind, numbers: rmas.map((one) => one.customer_identifier), unreadable: unread.length };
}
