import type { onRequestHookHandler } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Merchants } from '../../config/merchants.ts';
import { rawBodyOf, validatedByTheHandler } from '../../http/body.ts';
import { HttpError, noSuchMerchant, unauthorized } from '../../http/errors.ts';
import { deliveryAnswers, merchantParams, readJson, storeAll } from '../../http/store-deliveries.ts';
import type { StoreDelivery } from '../../inbox/inbox.ts';
import { isSentByMasonHub } from './callbacks.ts';
import { callbackDeliveries } from './delivery.ts';
import { callbackExamples } from './examples.ts';
import { callbackBody } from './schemas.ts';

/** MasonHub's endpoint. */
export function masonHubCallbacks(
  merchants: Merchants,
  store: StoreDelivery,
  admit: onRequestHookHandler,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/callbacks/masonhub/:merchant',
      {
        onRequest: admit,
        validatorCompiler: validatedByTheHandler,
        schema: {
          operationId: 'takeMasonHubCallback',
          tags: ['Vendors'],
          summary: "MasonHub's rmaEvent callbacks",
          description:
            'Proven by the merchant’s callback token: as `Authorization: Bearer`, as a `token` field of every message, or as the secret of `X-MasonHub-Signature: sha256=<hex>`.',
          security: [{ callbackToken: [] }, { callbackSignature: [] }],
          params: merchantParams,
          headers: z.object({
            'x-masonhub-signature': z.string().optional().meta({
              example: 'sha256=9f2c4e6a8b0d1f3e5c7a9b8d6f4e2c0a1b3d5f7e9c8a6b4d2f0e1c3a5b7d9f8e',
            }),
          }),
          body: callbackBody.meta({ 'x-examples': callbackExamples }),
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
        const deliveries = callbackDeliveries(merchant.slug, body, parsed.json);
        return { status: await storeAll(store, deliveries, request.log) };
      },
    );
  };
}

/** The token can be in the body, so the body is read first; what is wrong with it is said only to MasonHub. */
function tryParse(body: Buffer): { json: unknown; error: HttpError | null } {
  try {
    return { json: readJson(body), error: null };
  } catch (error) {
    if (error instanceof HttpError) return { json: undefined, error };
    throw error;
  }
}
