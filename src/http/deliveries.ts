import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { within } from '../config/deadline.ts';
import type { KeepDelivery, Kept } from '../inbox/deliveries.ts';
import { type Delivery, type Issue, namesInDelivery } from '../inbox/delivery.ts';
import { parseJson } from '../parsing/json.ts';
import {
  cannotKeep,
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

/** What both doors answer; the same schemas describe them at /docs. */
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
    'Authentic, but not understood. The message names the field; the raw delivery is kept for a replay.',
    notUnderstood('id: expected an id, as text or as a whole number below 2^53', [
      { path: 'id', message: 'expected an id, as text or as a whole number below 2^53' },
    ]),
  ),
  503: errorAnswer(
    'The delivery could not be made durable. Send it again after Retry-After seconds.',
    cannotKeep(null),
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
 * @throws HttpError 422 where one of them was not understood (it is kept all the same, the others are
 * accepted), and 503 where they could not be made durable
 */
export async function keepAll(
  keep: KeepDelivery,
  deliveries: readonly Delivery[],
  log: FastifyBaseLogger,
): Promise<Exclude<Kept, 'rejected'>> {
  const kept = await within(keptWithinMs, Promise.all(deliveries.map(keep)), tooLate).catch(
    (cause: unknown) => {
      throw cannotKeep(cause);
    },
  );
  for (const [index, delivery] of deliveries.entries()) logDelivery(log, delivery, kept[index]);
  const rejected = deliveries.flatMap(({ understood }) =>
    understood.result === 'rejected' ? [understood] : [],
  );
  const first = rejected[0];
  if (first !== undefined) {
    const issues: Issue[] = rejected.flatMap((one) => [...one.issues]);
    throw notUnderstood(first.why, issues);
  }
  if (kept.includes('accepted')) return 'accepted';
  return kept.includes('duplicate') ? 'duplicate' : 'ignored';
}

/** Vendors wait for half a minute at most; a database that does not answer must not keep them longer. */
const keptWithinMs = 10_000;

/** What is stored after all, once the database answers again, is known as a duplicate when it is sent again. */
function tooLate(): never {
  throw new Error('the database did not answer in time');
}

function logDelivery(log: FastifyBaseLogger, delivery: Delivery, result: Kept | undefined): void {
  const { merchant, source, key, understood } = delivery;
  const line = { merchant, source, delivery: key, result, ...namesInDelivery(delivery) };
  log.info({ ...line, why: 'why' in understood ? understood.why : undefined }, 'a delivery came in');
}
