import type { LoopFacts, LoopState } from '../../src/returns/loop-facts.ts';
import { loopTells } from './fixtures.ts';

export const day = (number: number) => `2026-03-0${number}T10:00:00.000Z`;
const at = (number: number | null) => (number === null ? null : day(number));

/** What bears these dates: a webhook tells only when the return was edited, an answer when anything changed. */
export const dated = (
  edited: number | null,
  updated: number | null,
  state: LoopState = 'open',
): LoopFacts => ({
  ...loopTells({ at: at(edited), state }).facts,
  updatedAt: at(updated),
});
