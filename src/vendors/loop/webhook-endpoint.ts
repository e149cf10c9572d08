import type { onRequestHookHandler } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Merchants } from '../../config/merchants.ts';
import { rawBodyOf, validatedByTheHandler } from '../../http/body.ts';
import { noSuchMerchant, unauthorized } from '../../http/errors.ts';
import { deliveryAnswers, merchantParams, readJson, storeAll } from '../../http/store-deliveries.ts';
import type { StoreDelivery } from '../../inbox/inbox.ts';
import { webhookDelivery } from './delivery.ts';
import { webhookExamples } from './examples.ts';
import { webhookBody } from './schemas.ts';
import { isSignedByLoop } from './webhooks.ts';

/** Loop's endpoint. */
export function loopWebhooks(
  merchants: Merchants,
  store: StoreDelivery,
  admit: onRequestHookHandler,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/webhooks/loop/:merchant',
      {
        onRequest: admit,
        validatorCompiler: validatedByTheHandler,
        schema: {
          operationId: 'takeLoopWebhook',
          tags: ['Vendors'],
          summary: "Loop's webhooks",
          description:
            'Signed with `X-Loop-Signature`: base64 of HMAC-SHA256 over the raw body with one of the merchant’s webhook secrets.',
          security: [{ loopSignature: [] }],
          params: merchantParams,
          headers: z.object({
            'x-loop-signature': z
              .string()
              .optional()
              .meta({ example: 'HUKAeFgHYDGYzrFSXYmBRXJxGRFDO4HIgLmPOuwpFcM=' }),
          }),
          body: webhookBody.meta({ 'x-examples': webhookExamples }),
          response: deliveryAnswers,
        },
      },
      async (request) => {
        const merchant = merchants.get(request.params.merchant);
        if (merchant === undefined) throw noSuchMerchant();
        const body = rawBodyOf(request.body);
        const signature = request.headers['x-loop-signature'];
        if (!isSignedByLoop(body, signature, merchant.loop.webhookSecrets)) throw unauthorized();
        const delivery = webhookDelivery(merchant.slug, body, readJson(body));
        return { status: await storeAll(store, [delivery], request.log) };
      },
    );
  };
}
