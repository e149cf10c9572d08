import type { Merchant, Merchants } from '../../config/merchants.ts';
import type { StepEvent } from '../../returns/events.ts';
import type { SentOutcome, Step } from '../../returns/return.ts';
import { isLoopStep, type LoopStep, stepTable } from '../../returns/steps.ts';
import { sentence } from '../../returns/words.ts';
import { type Claim, type ClaimedStep, releaseClaim } from '../../returns-store/claims.ts';
import { advanceAnswered, done, report, type StepContext } from '../../steps/context.ts';
import { endWait } from '../../steps/end-wait.ts';
import type { StepHandler, StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry, waitWhilePaused } from '../../steps/wait-while-paused.ts';
import { loopTerms } from '../../vendor-terms/loop.ts';
import { askClosed } from './ask-closed.ts';
import { askDestination } from './ask-destination.ts';
import { askDetails } from './ask-details.ts';
import { askUnanswered, isOverdue } from './ask-unanswered.ts';
import { type Claimed, claim, lookAtClaim } from './claims.ts';
import { type LoopAnswer, type LoopClient, loopClient } from './client.ts';
import { reportDispositions } from './report-dispositions.ts';
import { whyNoRefund } from './why-no-refund.ts';

/**
 * The step that tells Loop what became of a return: process or flag, and the note beside it. Loop has
 * no idempotency keys, so each request is claimed first, and after one without an answer Loop is asked
 * what it knows before anything is sent again.
 */
export function sendMessages(context: StepContext, merchants: Merchants, slug: string): StepHandler {
  const key = { merchant: slug, vendor: 'loop' as const };
  const takers = takersWith(merchants);
  return waitWhilePaused(context, merchants, key, async (merchant, jobs) => {
    const clientFor = (step: Step) =>
      loopClient(merchant, context.connections.callAs(key, stepTable[step].rank));
    const tried = jobs.map(
      async (job) => [job.id, await takeSafely(context, merchant, clientFor(job.step), job, takers)] as const,
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
  takers: Record<LoopStep, Take>,
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

/**
 * How each step is carried out.
 * @param merchants as they are at any time: a refund that has waited for its turn is sent by the settings of then
 */
function takersWith(merchants: Merchants): Record<LoopStep, Take> {
  return {
    message: (context, merchant, client, job) =>
      sendOnce(context, merchant, client, job, 'message', () =>
        whyNoRefund(context, merchants.get(merchant.slug) ?? merchant, merchants, job),
      ),
    note: (context, merchant, client, job) =>
      sendOnce(context, merchant, client, job, 'note', async () => null),
    closing: askClosed,
    destination: (context, merchant, _, job) => askDestination(context, merchant, job),
    details: (context, merchant, _, job) => askDetails(context, merchant, job),
    inspection: (context, merchant, _, job) => endWait(context, merchant, job),
    parcel: (context, merchant, _, job) => endWait(context, merchant, job),
    dispositions: reportDispositions,
  };
}

async function sendOnce(
  context: StepContext,
  merchant: Merchant,
  client: LoopClient,
  job: StepJob,
  step: ClaimedStep,
  whyNotSent: () => Promise<StepEvent | null>,
): Promise<StepTry> {
  const toSend = await lookAtClaim(context, merchant.slug, job.loopReturnId, step);
  if (toSend === null) return done;
  const { outcome, claimed: before, unanswered } = toSend;
  if (unanswered !== null) {
    const known = await askUnanswered(client, step, job.loopReturnId, outcome, unanswered);
    if ('kind' in known) return known;
    if ('event' in known) return answered(context, merchant, job, step, known.event);
    if (!isOverdue(context, step, outcome, unanswered.since)) {
      return {
        kind: 'retry',
        why: 'Loop may still be at an earlier request, and is given time to act on it',
      };
    }
  }
  // Claimed when its turn within the allowance has come, not while it waits: what a killed process leaves
  // claimed was really on the wire.
  const claims: (Claimed | { readonly notSent: StepEvent })[] = [];
  const beforeSending = async () => {
    const notSent = outcome.kind === 'process' ? await whyNotSent() : null;
    const claimed =
      notSent === null
        ? await claim(context, merchant.slug, job.loopReturnId, step, before?.since ?? null)
        : { notSent };
    claims.push(claimed);
    return typeof claimed === 'object' && !('notSent' in claimed);
  };
  const key = { merchant: merchant.slug, vendor: 'loop' as const };
  const claimingClient = loopClient(
    merchant,
    context.connections.callAs(key, stepTable[step].rank, beforeSending),
  );
  const answer = await request(claimingClient, step, job.loopReturnId, outcome);
  const [claimed] = claims;
  if (claimed === 'not due') return done;
  // What Loop may have of an earlier try stays claimed: it is asked for that before anything is sent later.
  if (typeof claimed === 'object' && 'notSent' in claimed) {
    return report(context, merchant, job, claimed.notSent);
  }
  // Both may hold one and the same job: were it ended here, nobody would try again should the other's request fail.
  if (claimed === 'taken') return { kind: 'paused', why: 'The claim has changed since it was looked at' };
  if (claimed === undefined) return answer.kind === 'paused' ? notNow(answer) : done;
  const what = step === 'note' ? 'note' : outcome.kind;
  const isRepeat = what === 'process' && (claimed.isRepeat || unanswered !== null);
  return settle(context, merchant, job, step, { what, claimed, before, isRepeat }, answer);
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

/** What was sent, the claim that it was sent with, and the one that it had taken over. */
interface Sent {
  readonly what: 'note' | SentOutcome['kind'];
  readonly claimed: Claim;
  readonly before: Claim | null;
  /** Whether it is a process request of which Loop may have had one before. */
  readonly isRepeat: boolean;
}

async function settle(
  context: StepContext,
  merchant: Merchant,
  job: StepJob,
  step: ClaimedStep,
  { what, claimed, before, isRepeat }: Sent,
  answer: LoopAnswer,
): Promise<StepTry> {
  const release = () => releaseClaim(context.db, merchant.slug, job.loopReturnId, step, claimed, before);
  switch (answer.kind) {
    case 'done':
      return answered(
        context,
        merchant,
        job,
        step,
        step === 'note' ? { kind: 'noteAdded' } : { kind: 'messageAccepted', stateWhenSent: claimed.state },
        // A review or a failure that Loop tells of now may be of the request before this one, while this one is carried
        // out: should a person have it sent again, Loop is asked, and given its time, before that.
        isRepeat ? 'stays' : 'ends',
      );
    case 'refused':
      return answered(context, merchant, job, step, refusal(what, answer));
    case 'paused':
      await release();
      return notNow(answer);
    case 'transient':
      if (answer.arrived === 'no') await release();
      return notNow(answer);
  }
}

function refusal(what: Sent['what'], answer: Extract<LoopAnswer, { kind: 'refused' }>): StepEvent {
  // It is where a flag would have put it, and the note says why.
  if (what === 'flag' && answer.state === 'review') return { kind: 'messageAccepted', stateWhenSent: null };
  if (what === 'note') {
    return {
      kind: 'noteRefused',
      why: `Loop would not take the note: ${sentence(answer.why)} Add it by hand in Loop's admin.`,
    };
  }
  const why = `Loop refused: ${sentence(answer.why)} Open the return in Loop's admin and decide there.`;
  return { kind: 'messageRefused', why, state: answer.state };
}

/**
 * Tells the return what Loop answered. With the answer known, what is asked for next is a new request, unless its claim
 * stays.
 */
async function answered(
  context: StepContext,
  merchant: Merchant,
  job: StepJob,
  step: ClaimedStep,
  event: StepEvent,
  claim: 'ends' | 'stays' = 'ends',
): Promise<StepTry> {
  await advanceAnswered(context, merchant, job.loopReturnId, step, event, claim);
  return done;
}
