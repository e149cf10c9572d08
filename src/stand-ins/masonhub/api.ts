import type { Route, VendorRequest } from '../desk.ts';
import type { BatchAnswers, BatchDesk } from './batches.ts';
import type { CallbackDesk } from './callbacks.ts';
import type { HoldDesk } from './holds.ts';
import { type CidMeaning, listRmas } from './listing.ts';
import type { BatchWork, RmaBook } from './rmas.ts';

export type MasonHubCallName = 'create' | 'replace' | 'delete' | 'find' | 'callbacks' | 'holds' | 'sandbox';

/** What the API works with, and which of the published readings it follows. */
export interface MasonHubDesks {
  readonly book: RmaBook;
  readonly batches: BatchDesk;
  readonly callbacks: CallbackDesk;
  readonly holds: HoldDesk;
  readonly sandbox: BatchWork;
  /** The answers to PUT and DELETE. */
  readonly changeAnswers: BatchAnswers;
  readonly cid: CidMeaning;
}

/** MasonHub's API, as far as an integration of returns meets it. */
export function masonHubRoutes(desks: MasonHubDesks): Route<MasonHubCallName>[] {
  const { book, batches, callbacks, holds, sandbox, changeAnswers, cid } = desks;
  const batch = (work: BatchWork, answers: BatchAnswers, status?: number) => (request: VendorRequest) =>
    batches.take(request, work, answers, status);
  const find = (request: VendorRequest) => listRmas(book, cid, request);
  const create = batch(book.creating, 'description', 201);
  const trigger = batch(sandbox, 'description');
  return [
    { name: 'create', method: 'POST', path: '/rmas', answer: create },
    { name: 'replace', method: 'PUT', path: '/rmas', answer: batch(book.replacing, changeAnswers) },
    { name: 'delete', method: 'DELETE', path: '/rmas', answer: batch(book.deleting, changeAnswers) },
    { name: 'find', method: 'GET', path: '/rmas', answer: find },
    { name: 'callbacks', method: 'GET', path: '/callbacks', answer: callbacks.list },
    { name: 'callbacks', method: 'POST', path: '/callbacks', answer: callbacks.register },
    { name: 'callbacks', method: 'DELETE', path: '/callbacks', answer: callbacks.remove },
    { name: 'holds', method: 'GET', path: '/callback_holds', answer: holds.list },
    { name: 'holds', method: 'POST', path: '/callback_holds', answer: holds.place },
    { name: 'holds', method: 'DELETE', path: '/callback_holds', answer: holds.lift },
    { name: 'sandbox', method: 'POST', path: '/data_factory/rmaEvent', answer: trigger },
  ];
}
