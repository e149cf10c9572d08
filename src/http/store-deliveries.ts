import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { within } from '../config/deadline.ts';
import { type Delivery, type Issue, namesInDelivery } from '../inbox/delivery.ts';
import type { StoreDelivery, Stored } from '../inbox/inbox.ts';
import { parseJson } from '../parsing/json.ts';
import {
  cannotStore,
  errorAnswer,
  noSuchMerchant,
  notJson,
  notJsonType,
  notUnderstood,
  tooLarge,
  unauthorized,
} from './errors.ts';

/** Whose delivery it is. */
export const merchantParams = z.object({
  merchant: z.string().meta({ description: 'Its name in the merchants file', example: 'acme' }),
});

/** What both endpoints answer; the same schemas describe them at /docs. */
export const deliveryAnswers = {
  200: z
    .object({ status: z.enum(['accepted', 'duplicate', 'ignored']) })
    .meta({ description: 'The delivery is durable.', examples: [{ status: 'accepted' }] }),
  400: errorAnswer('The body is not JSON.', notJson()),
  401: errorAnswer('The signature or token is missing or wrong.', unauthorized()),
  404: errorAnswer('There is no such merchant.', noSuchMerchant()),
  413: errorAnswer('The body is over 1 MiB.', tooLarge()),
  415: errorAnswer('The body is not JSON by its content type.', notJsonType()),
  422: errorAnswer(
    'Authentic, but not understood. The message names the field; the raw delivery is stored for a replay.',
    notUnderstood('id: expected an id, as text or as a whole number below 2^53', [
      { path: 'id', message: 'expected an id, as text or as a whole number below 2^53' },
    ]),
  ),
  503: errorAnswer(
    'The delivery could not be made durable. Send it again after Retry-After seconds.',
    cannotStore(null),
  ),
};

/** @throws HttpError 400 where the bytes are not JSON in UTF-8 */
export function readJson(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (cause) {
    throw notJson(cause);
  }
}

/**
 * Keeps the messages of one request, and says in a word what became of them.
 * @throws HttpError 422 where none of them says what it is about (they are stored all the same), and 503 where they
 * could not be made durable. One that does not say it is stored beside those that do, and whoever sent them all is
 * not told that they were refused.
 */
export async function storeAll(
  store: StoreDelivery,
  deliveries: readonly Delivery[],
  log: FastifyBaseLogger,
): Promise<Exclude<Stored, 'rejected'>> {
  const stored = await within(storedWithinMs, Promise.all(deliveries.map(store)), tooLate).catch(
    (cause: unknown) => {
      throw cannotStore(cause);
    },
  );
  for (const [index, delivery] of deliveries.entries()) logDelivery(log, delivery, stored[index]);
  const rejected = deliveries.flatMap(({ understood }) =>
    understood.result === 'rejected' ? [understood] : [],
  );
  const first = rejected[0];
  const isAnyUnderstood = deliveries.some(({ understood }) => understood.result === 'accepted');
  if (first !== undefined && !isAnyUnderstood) {
    const issues: Issue[] = rejected.flatMap((one) => [...one.issues]);
    throw notUnderstood(first.why, issues);
  }
  if (stored.includes('accepted')) return 'accepted';
  return stored.includes('duplicate') ? 'duplicate' : 'ignored';
}

/** Vendors wait for half a minute at most; a database that does not answer must not keep them longer. */
const storedWithinMs = 10_000;

/** What is stored after all, once the database answers again, is known as a duplicate when it is sent again. */
function tooLate(): never {
  throw new Error('the database did not answer in time');
}

function logDelivery(log: FastifyBaseLogger, delivery: Delivery, result: Stored | undefined): void {
  const { merchant, source, key, understood } = delivery;
  const line = { merchant, source, delivery: key, result, ...namesInDelivery(delivery) };
  log.info({ ...line, why: 'why' in understood ? understood.why : undefined }, 'a delivery came in');
}
