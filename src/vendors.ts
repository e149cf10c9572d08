import { loop } from './vendors/loop/loop.ts';
import { masonHub } from './vendors/masonhub/masonhub.ts';

/** Who the service stands between. */
export const vendors = [loop, masonHub] as const;
