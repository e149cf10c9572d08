import { labels } from './labels.ts';
import { returns } from './returns.ts';
import { states } from './states.ts';
import { topics } from './topics.ts';

/** Everything that Loop sends. */
export const loopDeliveries = [...returns, ...states, ...labels, ...topics];
