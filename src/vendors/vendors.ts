import { loop } from './loop/loop.ts';
import { masonHub } from './masonhub/masonhub.ts';

/** Who the service stands between. */
export const vendors = [loop, masonHub] as const;
