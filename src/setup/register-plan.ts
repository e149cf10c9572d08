import { ConfigurationError } from '../config/errors.ts';
import type { Merchant } from '../config/merchants.ts';
import { sentence } from '../returns/words.ts';
import { planWebhooks, type WebhookPlan } from '../vendors/loop/registration.ts';
import type { WebhooksApi } from '../vendors/loop/webhooks-api.ts';
import type { CallbacksApi } from '../vendors/masonhub/callbacks-api.ts';
import { type CallbackPlan, planCallback } from '../vendors/masonhub/registration.ts';

/** Everything that is to be done for a merchant. */
export interface Plan {
  readonly loop: WebhookPlan;
  readonly masonhub: CallbackPlan;
}

export interface Apis {
  readonly loop: WebhooksApi;
  readonly masonhub: CallbacksApi;
}

/** How much there is to do. */
export function stepsOf({ loop, masonhub }: Plan): number {
  return loop.steps.length + (masonhub.register === null ? 0 : 1);
}

/**
 * Asks both vendors what is registered.
 * @throws {ConfigurationError} where a vendor cannot be asked; nothing has been changed then
 */
export async function makePlan(
  apis: Apis,
  merchant: Merchant,
  publicUrl: string,
  active: boolean,
  renew: boolean,
): Promise<Plan> {
  const [webhooks, callbacks] = await Promise.all([apis.loop.webhooks(), apis.masonhub.callbacks()]);
  const problems = [webhooks, callbacks].flatMap((answer) =>
    'why' in answer
      ? [`merchant ${merchant.slug}: ${sentence(answer.why)} Nothing more is changed until that is mended.`]
      : [],
  );
  if (webhooks.kind !== 'webhooks' || callbacks.kind !== 'callbacks') throw new ConfigurationError(problems);
  return {
    loop: planWebhooks(webhooks.webhooks, publicUrl, merchant.slug, active),
    masonhub: planCallback(callbacks.callbacks, publicUrl, merchant.slug, renew),
  };
}
