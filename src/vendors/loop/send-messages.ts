import type { Merchant, Merchants } from '../../config/merchants.ts';
import type { StepEvent } from '../../returns/events.ts';
import type { SentOutcome, Step } from '../../returns/return.ts';
import { isLoopStep, type LoopStep, stepTable } from '../../returns/steps.ts';
import { sentence } from '../../returns/words.ts';
import { type Claim, type ClaimedStep, releaseClaim } from '../../returns-store/claims.ts';
import { advanceAnswered, done, type StepContext } from '../../steps/context.ts';
import { endWait } from '../../steps/end-wait.ts';
import type { StepHandler, StepJob } from '../../steps/jobs.ts';
import { type NotNow, notNow, type StepTry, waitWhilePaused } from '../../steps/wait-while-paused.ts';
import { loopTerms } from '../../vendor-terms/loop.ts';
import { askClosed } from './ask-closed.ts';
import { askDestination } from './ask-destination.ts';
import { askDetails } from './ask-details.ts';
import { type Claimed, claim, lookAtClaim, type Unanswered } from './claims.ts';
import { type LoopAnswer, type LoopClient, loopClient } from './client.ts';
import { reportDispositions } from './report-dispositions.ts';

/**
 * The step that tells Loop what became of a return: process or flag, and the note beside it. Loop has
 * no idempotency keys, so each request is claimed first, and after one without an answer Loop is asked
 * what it knows before anything is sent again.
 */
export function sendMessages(context: StepContext, merchants: Merchants, slug: string): StepHandler {
  const key = { merchant: slug, vendor: 'loop' as const };
  return waitWhilePaused(context, merchants, key, async (merchant, jobs) => {
    const clientFor = (step: Step) =>
      loopClient(merchant, context.connections.callAs(key, stepTable[step].rank));
    const tried = jobs.map(
      async (job) => [job.id, await takeSafely(context, merchant, clientFor(job.step), job)] as const,
    );
    return new Map(await Promise.all(tried));
  });
}

/** One return's trouble, were it a defect here, must not hold up the others of its batch. */
async function takeSafely(
  context: StepContext,
  merchant: Merchant,
  client: LoopClient,
  job: StepJob,
): Promise<StepTry> {
  try {
    if (!isLoopStep(job.step)) throw new Error(`The step ${job.step} is not Loop's.`);
    return await takers[job.step](context, merchant, client, job);
  } catch (error) {
    context.log.error(
      { err: error, merchant: merchant.slug, return: job.loopReturnId },
      'a step could not be taken',
    );
    return { kind: 'retry', why: 'The service itself failed, as its log shows' };
  }
}

type Take = (context: StepContext, merchant: Merchant, client: LoopClient, job: StepJob) => Promise<StepTry>;

/** How each step is carried out. */
const takers: Record<LoopStep, Take> = {
  message: (context, merchant, client, job) => sendOnce(context, merchant, client, job, 'message'),
  note: (context, merchant, client, job) => sendOnce(context, merchant, client, job, 'note'),
  closing: askClosed,
  destination: (context, merchant, _, job) => askDestination(context, merchant, job),
  details: (context, merchant, _, job) => askDetails(context, merchant, job),
  inspection: (context, merchant, _, job) => endWait(context, merchant, job),
  parcel: (context, merchant, _, job) => endWait(context, merchant, job),
  dispositions: reportDispositions,
};

async function sendOnce(
  context: StepContext,
  merchant: Merchant,
  client: LoopClient,
  job: StepJob,
  step: ClaimedStep,
): Promise<StepTry> {
  const toSend = await lookAtClaim(context, merchant.slug, job.loopReturnId, step);
  if (toSend === null) return done;
  const { outcome, unanswered } = toSend;
  if (unanswered !== null) {
    const known = await askLoop(client, step, job.loopReturnId, outcome, unanswered);
    if ('kind' in known) return known;
    if ('event' in known) return answered(context, merchant, job, step, known.event);
    if (!isOverdue(context, step, outcome, unanswered.since)) {
      return {
        kind: 'retry',
        why: 'An earlier request was not answered, and Loop is given time to act on it',
      };
    }
  }
  // Claimed when its turn within the allowance has come, not while it waits: what a killed process leaves
  // claimed was really on the wire.
  const claims: Claimed[] = [];
  const beforeSending = async () => {
    const claimedSince = unanswered?.claimedSince ?? null;
    const claimed = await claim(context, merchant.slug, job.loopReturnId, step, claimedSince);
    claims.push(claimed);
    return typeof claimed === 'object';
  };
  const key = { merchant: merchant.slug, vendor: 'loop' as const };
  const claimingClient = loopClient(
    merchant,
    context.connections.callAs(key, stepTable[step].rank, beforeSending),
  );
  const answer = await request(claimingClient, step, job.loopReturnId, outcome);
  const [claimed] = claims;
  if (claimed === 'not due') return done;
  // Both may hold one and the same job: were it ended here, nobody would try again should the other's request fail.
  if (claimed === 'taken') return { kind: 'paused', why: 'The claim has changed since it was looked at' };
  if (claimed === undefined) return answer.kind === 'paused' ? notNow(answer) : done;
  return settle(context, merchant, job, step, claimed, answer);
}

function request(
  client: LoopClient,
  step: ClaimedStep,
  loopReturnId: string,
  outcome: SentOutcome,
): Promise<LoopAnswer> {
  if (step === 'note')
    return client.addNote(loopReturnId, outcome.note ?? outcome.why.slice(0, loopTerms.longestNote));
  return outcome.kind === 'process' ? client.process(loopReturnId) : client.flag(loopReturnId);
}

async function settle(
  context: StepContext,
  merchant: Merchant,
  job: StepJob,
  step: ClaimedStep,
  { since, state }: Claim,
  answer: LoopAnswer,
): Promise<StepTry> {
  switch (answer.kind) {
    case 'done':
      return answered(
        context,
        merchant,
        job,
        step,
        step === 'note' ? { kind: 'noteAdded' } : { kind: 'messageAccepted', stateWhenSent: state },
      );
    case 'refused':
      return answered(context, merchant, job, step, refusal(step, answer));
    case 'paused':
      await releaseClaim(context.db, merchant.slug, job.loopReturnId, step, since);
      return notNow(answer);
    case 'transient':
      if (answer.arrived === 'no') {
        await releaseClaim(context.db, merchant.slug, job.loopReturnId, step, since);
      }
      return notNow(answer);
  }
}

function refusal(step: ClaimedStep, answer: Extract<LoopAnswer, { kind: 'refused' }>): StepEvent {
  if (step === 'note') {
    return {
      kind: 'noteRefused',
      why: `Loop would not take the note: ${sentence(answer.why)} Add it by hand in Loop's admin.`,
    };
  }
  const why = `Loop refused: ${sentence(answer.why)} Open the return in Loop's admin and decide there.`;
  return { kind: 'messageRefused', why, state: answer.state };
}

/** Tells the return what Loop answered. With the answer known, what is asked for next is a new request. */
async function answered(
  context: StepContext,
  merchant: Merchant,
  job: StepJob,
  step: ClaimedStep,
  event: StepEvent,
): Promise<StepTry> {
  await advanceAnswered(context, merchant, job.loopReturnId, step, event);
  return done;
}

/** What Loop knows of a request that was never answered: it was done, it cannot be done, or nothing. */
async function askLoop(
  client: LoopClient,
  step: ClaimedStep,
  loopReturnId: string,
  outcome: SentOutcome,
  unanswered: Unanswered,
): Promise<{ event: StepEvent } | NotNow | { unknown: true }> {
  if (step === 'note') {
    const notes = await client.notes(loopReturnId);
    if (notes.kind === 'refused') return { kind: 'retry', why: notes.why };
    if (notes.kind !== 'notes') return notNow(notes);
    return notes.contents.includes(outcome.note ?? '') ? { event: { kind: 'noteAdded' } } : { unknown: true };
  }
  const known = await client.state(loopReturnId);
  if (known.kind === 'transient' || known.kind === 'paused') return notNow(known);
  if (known.kind === 'unknown') return { unknown: true };
  if (known.state === 'review' && outcome.kind === 'flag') {
    return { event: { kind: 'messageAccepted', stateWhenSent: null } };
  }
  if (known.state === 'unknown') {
    return { kind: 'retry', why: `An earlier request was not answered, and Loop says ${known.word ?? ''}` };
  }
  if (known.state === 'review' && unanswered.state !== 'review') {
    return { event: { kind: 'messageRefused', why: reviewed[unanswered.knownBy], state: known.state } };
  }
  if (known.state === 'open' || known.state === 'review') return { unknown: true };
  const why = `Loop says that the return is ${known.state}. Open it in Loop's admin and decide there.`;
  return { event: { kind: 'messageRefused', why, state: known.state } };
}

/** Loop may have accepted the request and failed at it; sent again by itself, it could be carried out twice. */
const reviewed = {
  claim:
    "Loop did not answer the request to process the return, and has put it into Needs Review since: it may have accepted the request and not been able to carry it out. Open the return in Loop's admin, solve it there, and process it there or retry here.",
  backup:
    "The database was restored from a backup, which does not know whether Loop was asked to process the return since, and Loop has it in Needs Review: it may have been asked and not been able to carry it out. Open the return in Loop's admin and process it there; or take it out of review there, and retry here.",
} as const satisfies Record<Unanswered['knownBy'], string>;

function isOverdue(context: StepContext, step: ClaimedStep, outcome: SentOutcome, since: Date): boolean {
  const queued = step === 'message' && outcome.kind === 'process';
  const patience = queued ? context.pace.processWithinMs : context.pace.answerWithinMs;
  return context.now().getTime() - since.getTime() >= patience;
}
