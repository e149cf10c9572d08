import type { VendorWithDoor } from '../../http/app.ts';
import type { VendorWithSteps } from '../../steps/vendor.ts';
import { callbackDeliveries } from './deliveries.ts';
import { masonHubCallbacks } from './door.ts';
import { pollMasonHub } from './poll.ts';
import { sendRmas } from './send-rmas.ts';

/** MasonHub, the warehouse that receives the parcel: all that the running service knows of it. */
export const masonHub: VendorWithDoor & VendorWithSteps = {
  name: 'masonhub',
  door: masonHubCallbacks,
  carryOut: sendRmas,
  pull: pollMasonHub,
  readAgain: callbackDeliveries,
};
