import type { VendorWithEndpoint } from '../../http/app.ts';
import type { VendorWithSteps } from '../../steps/vendor.ts';
import { webhookDelivery } from './delivery.ts';
import { pollLoop } from './poll.ts';
import { sendMessages } from './send-messages.ts';
import { loopWebhooks } from './webhook-endpoint.ts';

/** Loop Returns, where a shopper starts a return: all that the running service knows of it. */
export const loop: VendorWithEndpoint & VendorWithSteps = {
  name: 'loop',
  endpoint: loopWebhooks,
  carryOut: sendMessages,
  pull: pollLoop,
  readAgain: (merchant, body, json) => [webhookDelivery(merchant, body, json)],
};
