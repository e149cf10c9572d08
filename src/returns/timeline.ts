import { z } from 'zod';
import type { LoopState } from './loop-facts.ts';
import type { Outcome, Step, Wait } from './return.ts';

/** What happens to a return, by the names that its timeline has for people. */

/** A trigger as Loop names it, such as `return.created`. New ones come without notice. */
export const loopTrigger = z.string().brand<'LoopTrigger'>();
export type LoopTrigger = z.infer<typeof loopTrigger>;

/** What this service names by itself. */
export type OwnEvent =
  | 'return.pulled'
  | 'return.changed'
  | 'return.processing.failed'
  | 'destination.told'
  | 'details.told'
  | `details.${LoopState}`
  | `rma.${'sent' | 'created' | 'replaced' | 'adopted' | 'deleting' | 'deleted' | 'gone' | 'kept' | 'refused'}`
  | `carrier.${'tendered' | 'inTransit' | 'delivered' | 'undeliverable'}`
  | `warehouse.${'onDock' | 'receivingStarted' | 'unknown'}`
  | 'receipt'
  | `receipt.${'pulled' | 'changed' | 'left' | 'unread'}`
  | `waiting.${Wait['for']}`
  | `waited.${Wait['for']}`
  | `decided.${Outcome['kind'] | 'by'}`
  | `process.${'accepted' | 'already' | 'refused'}`
  | `flag.${'accepted' | 'refused'}`
  | 'message.refused'
  | `note.${'added' | 'refused'}`
  | 'dispositions.reported'
  | `${Step}.failed`
  | 'attention'
  | 'erased'
  | 'retry';

export type TimelineEvent = OwnEvent | LoopTrigger;

/** One line of a return's timeline, for people: nothing personal, nothing secret. */
export interface TimelineEntry {
  readonly event: TimelineEvent;
  readonly detail: string | null;
}
