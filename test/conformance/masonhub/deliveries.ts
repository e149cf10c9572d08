import { events } from './events.ts';
import { receipts } from './receipts.ts';
import { refusals } from './refusals.ts';

/** Everything that MasonHub sends, and what follows where it refuses what Loop's changes ask for. */
export const masonHubDeliveries = [...events, ...receipts, ...refusals];
