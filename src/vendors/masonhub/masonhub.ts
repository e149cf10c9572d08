import type { VendorWithEndpoint } from '../../http/app.ts';
import type { VendorWithSteps } from '../../steps/vendor.ts';
import { masonHubCallbacks } from './callback-endpoint.ts';
import { callbackDeliveries } from './delivery.ts';
import { pollMasonHub } from './poll.ts';
import { sendRmas } from './send-rmas.ts';

/** MasonHub, the warehouse that receives the parcel: all that the running service knows of it. */
export const masonHub: VendorWithEndpoint & VendorWithSteps = {
  name: 'masonhub',
  endpoint: masonHubCallbacks,
  carryOut: sendRmas,
  pull: pollMasonHub,
  readAgain: callbackDeliveries,
};
