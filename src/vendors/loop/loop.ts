import type { VendorWithDoor } from '../../http/app.ts';
import type { VendorWithSteps } from '../../steps/vendor.ts';
import { webhookDelivery } from './delivery.ts';
import { loopWebhooks } from './door.ts';
import { pollLoop } from './poll.ts';
import { sendMessages } from './send-messages.ts';

/** Loop Returns, where a shopper starts a return: all that the running service knows of it. */
export const loop: VendorWithDoor & VendorWithSteps = {
  name: 'loop',
  door: loopWebhooks,
  carryOut: sendMessages,
  pull: pollLoop,
  readAgain: (merchant, body, json) => [webhookDelivery(merchant, body, json)],
};
