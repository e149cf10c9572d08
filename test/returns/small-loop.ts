import type { ReturnEvent } from '../../src/returns/events.ts';
import type { LoopFacts, LoopState, ReturnItem, ToldDestination } from '../../src/returns/loop-facts.ts';
import { hasEnded } from '../../src/returns/told.ts';
import { answer, type Desk, type Fate, isAnswered, isDone, type Known } from './desk.ts';
import { answerTells } from './fixtures.ts';

/** A message that took effect in Loop, and what was known when it was accepted. */
export interface Taken extends Known {
  readonly kind: 'process' | 'flag';
}

export type SmallLoop = ReturnType<typeof smallLoop>;

/**
 * One return in a small Loop, which answers each request as its fate will have it.
 * @param destination what it answers when it is asked where the return is bound for
 */
export function smallLoop(desk: Desk, destination: ToldDestination) {
  let state: LoopState = 'open';
  let changedAt: string | null = null;
  let items: readonly ReturnItem[] = [];
  let isQueued = false;
  /** Messages in effect. */
  const taken: Taken[] = [];
  const notes: string[] = [];
  const asked = { destination: 0, dispositions: 0 };
  /** What was done without an answer that came: Loop is asked before the same is sent again. */
  const unanswered = new Set<'message' | 'note'>();

  /** What Loop tells late is of the past, and that it has closed a return is final. */
  function tells(facts: LoopFacts): void {
    const at = facts.updatedAt ?? facts.editedAt;
    const isOld = at !== null && changedAt !== null && at < changedAt;
    const isNewer = at !== null && changedAt !== null && at > changedAt;
    const opensAgain = hasEnded(state) && !hasEnded(facts.state);
    if (state === 'closed' || (isOld && facts.state !== 'closed') || (opensAgain && !isNewer)) return;
    state = facts.state;
    changedAt = at;
    items = facts.items;
    if (state === 'review') dropsProcess();
  }

  /** What was queued is not carried out: a further request is the first that can take effect. */
  function dropsProcess(): void {
    if (!isQueued) return;
    isQueued = false;
    taken.pop();
    unanswered.delete('message');
  }

  /** Whether a return that has not ended was ended now. */
  function closes(): boolean {
    if (hasEnded(state)) return false;
    isQueued = false;
    return true;
  }

  /** Loop is asked whether it has closed the return; where it has not, it is asked again later. */
  function takeClosing(fate: Fate): void {
    const isNews = hasEnded(state) || (state === 'review' && desk.facts().loop?.state !== 'review');
    if (fate === 'given-up') {
      desk.hear({ kind: 'stepFailed', step: 'closing', why: 'Loop has not closed the return.' });
    } else if (isNews && isAnswered(fate)) {
      desk.hear({ kind: 'stateTold', state, word: null });
    } else {
      desk.askLater('closing');
    }
  }

  /** A refusal tells as much as an answer that names no destination. */
  function takeDestination(fate: Fate): void {
    if (!isAnswered(fate)) return;
    asked.destination += 1;
    const nowhere = { whole: null, byItem: {} };
    if (fate === 'given-up') desk.hear({ kind: 'stepFailed', step: 'destination', why: 'No answer.' });
    else desk.hear({ kind: 'destinationTold', destination: fate === 'refused' ? nowhere : destination });
  }

  /** Loop's details say how the return stands by now, and what its items are. */
  function takeDetails(fate: Fate): void {
    const { loop } = desk.facts();
    if (!isAnswered(fate) || loop === null) return;
    if (fate === 'given-up') {
      desk.hear({ kind: 'stepFailed', step: 'details', why: 'No answer.' });
    } else if (fate === 'refused') {
      desk.askLater('details');
    } else if (loop.unread !== null) {
      const shown = { ...loop, state, stateWord: null, items: [...items], unread: null };
      desk.hear({ ...answerTells({ trigger: 'details.told' }), facts: shown });
    } else if (state === 'unknown') {
      desk.askLater('details');
    } else {
      desk.hear({ kind: 'stateTold', state, word: null });
    }
  }

  function takeDispositions(fate: Fate): void {
    if (!isAnswered(fate)) return;
    asked.dispositions += 1;
    if (fate === 'ok') desk.hear({ kind: 'dispositionsReported', count: 1 });
    else desk.hear({ kind: 'dispositionsFailed', why: 'Loop does not know the line item.' });
  }

  function takeMessage(fate: Fate): void {
    const { outcome } = desk.facts();
    if (outcome === null || !('message' in outcome)) throw new Error('there is no message to send');
    if (unanswered.has('message') && taken.length > 0) {
      unanswered.delete('message');
      desk.hear({ kind: 'messageAccepted', stateWhenSent: null });
    } else if (hasEnded(state)) {
      desk.hear({ kind: 'messageRefused', why: `Return is ${state}.`, state });
    } else {
      if (isDone(fate)) {
        taken.push({ kind: outcome.kind, ...desk.known() });
        isQueued = outcome.kind === 'process';
      }
      const refusal: ReturnEvent = { kind: 'messageRefused', why: 'Not now.', state: null };
      if (isDone(fate) && fate !== 'ok') unanswered.add('message');
      answer(desk, fate, 'message', { kind: 'messageAccepted', stateWhenSent: null }, refusal);
    }
  }

  function takeNote(fate: Fate): void {
    const { outcome } = desk.facts();
    const note = outcome !== null && 'note' in outcome ? outcome.note : null;
    if (note === null) throw new Error('there is no note to add');
    if (unanswered.has('note') && notes.includes(note)) {
      unanswered.delete('note');
      desk.hear({ kind: 'noteAdded' });
    } else {
      if (isDone(fate)) notes.push(note);
      if (isDone(fate) && fate !== 'ok') unanswered.add('note');
      answer(desk, fate, 'note', { kind: 'noteAdded' }, { kind: 'noteRefused', why: 'Too long.' });
    }
  }

  return {
    taken,
    notes,
    asked,
    tells,
    takeClosing,
    takeDestination,
    takeDetails,
    takeDispositions,
    takeMessage,
    takeNote,
    /** Loop closes the return, as it does when it has processed it, and says so. */
    closes: (event: ReturnEvent, tell: (event: ReturnEvent) => void) => {
      if (closes()) tell(event);
    },
    closesSilently: () => {
      if (closes()) state = 'closed';
    },
    failsToProcess: () => {
      if (!isQueued || hasEnded(state)) return;
      dropsProcess();
      desk.hear({ kind: 'processingFailed', message: 'The card was declined' });
    },
  };
}
