import { changeStories } from './change-stories.ts';
import { labelStories } from './label-stories.ts';
import { receiptStories } from './receipt-stories.ts';
import { stateStories } from './state-stories.ts';
import type { WeightedStory } from './story-parts.ts';
import { warehouseStories } from './warehouse-stories.ts';

/** Every story there is; the first is that of a refund, the second that of a flag. */
export const stories: readonly WeightedStory[] = [
  ...receiptStories,
  ...labelStories,
  ...changeStories,
  ...stateStories,
  ...warehouseStories,
];
