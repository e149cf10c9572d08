import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Merchants } from '../config/merchants.ts';
import type { KeepDelivery } from '../inbox/deliveries.ts';
import type { Delivery } from '../inbox/delivery.ts';
import { isSentByMasonHub, messageIdOf, messagesIn, understandMessage } from '../masonhub/callbacks.ts';
import { callbackBody } from '../masonhub/schemas.ts';
import { rawBodyOf, validatedBehindTheDoor } from './body.ts';
import { deliveryAnswers, keepAll, parseJson } from './deliveries.ts';
import { HttpError, noSuchMerchant, unauthorized } from './errors.ts';

/** MasonHub's door. */
export function masonHubCallbacks(merchants: Merchants, keep: KeepDelivery): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/callbacks/masonhub/:merchant',
      {
        validatorCompiler: validatedBehindTheDoor,
        schema: {
          tags: ['Vendors'],
          summary: "MasonHub's rmaEvent callbacks",
          description:
            'Proven by the merchant’s callback token: as `Authorization: Bearer`, as a `token` field of every message, or as the secret of `X-MasonHub-Signature: sha256=<hex>`.',
          params: z.object({ merchant: z.string() }),
          headers: z.object({
            authorization: z.string().optional(),
            'x-masonhub-signature': z.string().optional(),
          }),
          body: callbackBody,
          response: deliveryAnswers,
        },
      },
      async (request) => {
        const merchant = merchants.get(request.params.merchant);
        if (merchant === undefined) throw noSuchMerchant();
        const body = rawBodyOf(request.body);
        const parsed = tryParse(body);
        const proven = isSentByMasonHub(
          {
            authorization: request.headers.authorization,
            signature: request.headers['x-masonhub-signature'],
            body,
            json: parsed.json,
          },
          merchant.masonhub.callbackToken,
        );
        if (!proven) throw unauthorized();
        if (parsed.error !== null) throw parsed.error;
        const deliveries = deliveriesIn(merchant.slug, body, parsed.json);
        return { status: await keepAll(keep, deliveries, request.log) };
      },
    );
  };
}

/** The token can be in the body, so the body is read first; what is wrong with it is said only to MasonHub. */
function tryParse(body: Buffer): { json: unknown; error: HttpError | null } {
  try {
    return { json: parseJson(body), error: null };
  } catch (error) {
    if (error instanceof HttpError) return { json: undefined, error };
    throw error;
  }
}

/** MasonHub sends 30 messages at most in one request. Each is stored with the whole body, so more are not taken apart. */
const mostMessages = 30;

function deliveriesIn(merchant: string, body: Buffer, json: unknown): Delivery[] {
  const contentHash = createHash('sha256').update(body).digest('hex');
  const messages = messagesIn(json);
  if (messages.length > mostMessages) {
    const message = `expected ${mostMessages} messages at most`;
    const understood = {
      result: 'rejected' as const,
      why: `body: ${message}`,
      issues: [{ path: 'body', message }],
    };
    return [{ merchant, source: 'masonhub', key: contentHash, body, part: 0, understood }];
  }
  return messages.map((message, part) => ({
    merchant,
    source: 'masonhub',
    key: messageIdOf(message) ?? `${contentHash}-${part}`,
    body,
    part,
    understood: understandMessage(message),
  }));
}
