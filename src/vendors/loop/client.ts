import { z } from 'zod';
import type { Merchant } from '../../config/merchants.ts';
import type { CallResult, MakeCall } from '../../outbound/call.ts';
import type { Failure, Passing } from '../../outbound/failure.ts';
import type { ItemDisposition } from '../../returns/dispositions.ts';
import type { LoopState } from '../../returns/loop-facts.ts';
import { isPassing, namesError, readError, readMessageAnswer, saysNothingMatches } from './answers.ts';
import { returnState } from './schemas.ts';
import { sorted, unreadable } from './sort-answer.ts';

/** What Loop said to a request that changes something. */
export type LoopAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly why: string; readonly state: LoopState | null }
  | Passing;

/** What Loop knows of a return. */
export type KnownToLoop =
  /** `word`: Loop's own, where the state is not known here. */
  | { readonly kind: 'known'; readonly state: LoopState; readonly word: string | null }
  | { readonly kind: 'unknown'; readonly why: string }
  | Passing;

export interface LoopClient {
  /** Asks Loop to process the return: refund, exchange or store credit. `done` means queued, not closed. */
  process(loopReturnId: string): Promise<LoopAnswer>;
  /** Flags the return for review by the merchant. */
  flag(loopReturnId: string): Promise<LoopAnswer>;
  /** @param content under 255 characters */
  addNote(loopReturnId: string, content: string): Promise<LoopAnswer>;
  /** Reports what became of a return's line items; the longest list that Loop takes is 30. */
  assess(loopReturnId: string, items: readonly ItemDisposition[], at: Date): Promise<LoopAnswer>;
  /** The state that Loop shows for a return. */
  state(loopReturnId: string): Promise<KnownToLoop>;
  /** The contents of a return's notes. */
  notes(
    loopReturnId: string,
  ): Promise<{ readonly kind: 'notes'; readonly contents: readonly string[] } | Failure>;
}

/** Loop's Warehouse API for one merchant. The key goes in `X-Authorization`, not in `Authorization`. */
export function loopClient(merchant: Merchant, call: MakeCall): LoopClient {
  const { apiUrl, apiKey } = merchant.loop;
  const ask = (id: string, endpoint: string, method: 'GET' | 'POST', path: string, body?: unknown) => {
    const headers = { 'x-authorization': apiKey };
    return call({
      endpoint,
      returns: [{ loopReturnId: id, name: id }],
      method,
      url: `${apiUrl}${path}`,
      headers,
      body,
    });
  };
  const onReturn = (loopReturnId: string, action: string) =>
    `/warehouse/return/${encodeURIComponent(loopReturnId)}/${action}`;
  return {
    process: async (id) => readLoopAnswer(await ask(id, 'process', 'POST', onReturn(id, 'process'))),
    flag: async (id) => readLoopAnswer(await ask(id, 'flag', 'POST', onReturn(id, 'flag'))),
    addNote: async (id, content) =>
      readNoteAnswer(await ask(id, 'note', 'POST', onReturn(id, 'note'), { content })),
    assess: async (id, items, at) =>
      readAssessment(
        await ask(id, 'dispositions', 'POST', '/dispositioning/assess', {
          items: items.map((item) => assessed(item, at)),
        }),
      ),
    state: async (id) =>
      readState(
        await ask(id, 'details', 'GET', `/warehouse/return/details?return_id=${encodeURIComponent(id)}`),
      ),
    notes: async (id) => readNotes(await ask(id, 'notes', 'GET', onReturn(id, 'notes'))),
  };
}

/** Loop's words for what became of an item. Whatever is neither available nor missing waits for a person. */
function assessed({ lineItemId, disposition }: ItemDisposition, at: Date): Record<string, unknown> {
  const outcome = { available: 'back_to_stock', missing: 'missing', other: 'resale_hold' }[disposition];
  return {
    line_item_id: asPublished(lineItemId),
    disposition_outcome: outcome,
    inspected_at: at.toISOString(),
  };
}

/** Loop describes the id of a line item as a whole number. */
function asPublished(lineItemId: string): string | number {
  const id = Number(lineItemId);
  return String(id) === lineItemId && Number.isSafeInteger(id) ? id : lineItemId;
}

function readLoopAnswer(outcome: CallResult): LoopAnswer {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const verdict = readMessageAnswer(answer.json);
  if (verdict.kind === 'unreadable') return unreadable(answer);
  if (verdict.kind === 'done' && answer.status >= 300) return unreadable(answer);
  return verdict;
}

/** The success of a note or an assessment is JSON without an error in it; `false`, and a gateway's page, are none. */
function readNoteAnswer(outcome: CallResult): LoopAnswer {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const error = readError(answer.json);
  if (error !== null && isPassing(error)) return unreadable(answer);
  if (error !== null) return { kind: 'refused', why: error.message, state: null };
  const { json } = answer;
  const isNone = json === undefined || json === false || json === 'false' || namesError(json);
  return answer.status < 300 && !isNone ? { kind: 'done' } : unreadable(answer);
}

/** A 403 is published as: an item is of another shop. That says nothing about the key. */
function readAssessment(outcome: CallResult): LoopAnswer {
  if (outcome.kind !== 'answer' || outcome.status !== 403) return readNoteAnswer(outcome);
  const why = readError(outcome.json)?.message ?? 'Loop does not let this key report these items';
  return { kind: 'refused', why, state: null };
}

const details = z.object({ state: returnState });

function readState(outcome: CallResult): KnownToLoop {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const known = details.safeParse(answer.json);
  if (known.success && known.data.state !== null && answer.status < 300) {
    return { kind: 'known', ...known.data.state };
  }
  // Where nothing matches, Loop answers an error with status 200.
  const error = readError(answer.json);
  if (error === null || !saysNothingMatches(answer.status, answer.json)) return unreadable(answer);
  return { kind: 'unknown', why: error.message };
}

const noteList = z.object({ notes: z.array(z.object({ content: z.string().nullish() })) });

function readNotes(outcome: CallResult): { kind: 'notes'; contents: readonly string[] } | Failure {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const list = noteList.safeParse(answer.json);
  if (list.success && answer.status < 300) {
    return { kind: 'notes', contents: list.data.notes.flatMap((note) => note.content ?? []) };
  }
  // Loop answers 422 where a return has no notes yet.
  return answer.status === 422 ? { kind: 'notes', contents: [] } : unreadable(answer);
}
