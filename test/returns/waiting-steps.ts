import type { Step } from '../../src/returns/return.ts';

export interface WaitingSteps {
  /** In the order in which they became due. */
  readonly waiting: readonly Step[];
  add(step: Step): void;
  /** The step is to be tried again, only after a while. */
  askLater(step: Step): void;
  /** Takes the steps that are to be taken, the eldest first, and so many at most. */
  run(atMost: number, isToBeTaken: (step: Step) => boolean): void;
}

/** The steps of a return that are due, each once, until somebody takes them. */
export function waitingSteps(take: (step: Step) => void): WaitingSteps {
  const waiting: Step[] = [];
  const asleep: Step[] = [];
  return {
    waiting,
    add: (step) => addOnce(waiting, step),
    askLater: (step) => addOnce(asleep, step),
    run: (atMost, isToBeTaken) => {
      for (let count = 0; count < atMost; count += 1) {
        const step = waiting.find(isToBeTaken);
        if (step === undefined) break;
        waiting.splice(waiting.indexOf(step), 1);
        take(step);
      }
      for (const step of asleep.splice(0)) addOnce(waiting, step);
    },
  };
}

function addOnce(steps: Step[], step: Step): void {
  if (!steps.includes(step)) steps.push(step);
}
