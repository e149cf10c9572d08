import type { Merchant, Merchants } from '../../config/merchants.ts';
import type { ReturnEvent } from '../../returns/events.ts';
import { advanceReturns, type StepContext } from '../../steps/context.ts';
import type { StepHandler, StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTries, type StepTry, waitWhilePaused } from '../../steps/wait-while-paused.ts';
import { askReceipt } from './ask-receipt.ts';
import { largestBatch, type MasonHubClient, masonHubClient, type RmaBatchAnswer } from './client.ts';
import { adoptedFrom, notOpened, settleRefusal, type TaskResult } from './rma-refusals.ts';
import { nameOf, noteSent, type RmaRequest, type Task, takeTasks } from './rma-tasks.ts';

/**
 * The step that makes MasonHub hold the RMAs that are wanted: up to 30 in one request, one request after the
 * other, answers read record by record.
 */
export function sendRmas(context: StepContext, merchants: Merchants, slug: string): StepHandler {
  const key = { merchant: slug, vendor: 'masonhub' as const };
  const call = context.connections.callAs(key, 'message');
  const sendTogether: StepTries = async (merchant, jobs) => {
    const client = masonHubClient(merchant, call);
    const askedAt = context.now();
    const { noted, unanswered } = await takeTasks(context, merchant, jobs);
    const answers = new Map<string, TaskResult>();
    for (const some of inBatches(unanswered)) await adoptUnanswered(client, some, answers, askedAt);
    const isOpen = (task: Task): task is RmaRequest => task.task !== 'ask' && !answers.has(task.loopReturnId);
    const notFound = unanswered.filter(isOpen);
    const notedNow = await noteSent(context, merchant, notFound);
    for (const task of notFound) {
      if (!notedNow.includes(task)) answers.set(task.loopReturnId, changedMeanwhile);
    }
    for (const kind of ['create', 'replace', 'delete'] as const) {
      const open = [...noted, ...notedNow].filter(({ task }) => task === kind);
      for (const batch of inBatches(open)) await send(client, kind, batch, answers, askedAt);
    }
    const happened = [...answers].flatMap(([loopReturnId, answer]) =>
      'event' in answer ? [{ loopReturnId, delivery: null, event: answer.event }] : [],
    );
    if (happened.length > 0) await advanceReturns(context, merchant, happened);
    return new Map(jobs.map((job) => [job.id, resultOf(answers.get(job.loopReturnId))]));
  };
  return waitWhilePaused(context, merchants, key, async (merchant, jobs) => {
    const [toAsk, toSend] = [jobs.filter(isAsking), jobs.filter((job) => !isAsking(job))];
    const sent = await sendAll(context, merchant, sendTogether, toSend);
    const client = masonHubClient(merchant, call);
    const askOne: StepTries = async (_, [job]) =>
      job === undefined ? new Map() : new Map([[job.id, await askReceipt(context, merchant, client, job)]]);
    return new Map([...sent, ...(await eachApart(context, merchant, askOne, toAsk))]);
  });
}

function isAsking({ step }: StepJob): boolean {
  return step === 'receipt';
}

async function sendAll(
  context: StepContext,
  merchant: Merchant,
  sendTogether: StepTries,
  jobs: readonly StepJob[],
): Promise<ReadonlyMap<string, StepTry>> {
  if (jobs.length < 2) return eachApart(context, merchant, sendTogether, jobs);
  try {
    return await sendTogether(merchant, jobs);
  } catch {
    return eachApart(context, merchant, sendTogether, jobs);
  }
}

function inBatches<T extends Task>(tasks: readonly T[]): T[][] {
  const count = Math.ceil(tasks.length / largestBatch);
  return Array.from({ length: count }, (_, part) =>
    tasks.slice(part * largestBatch, (part + 1) * largestBatch),
  );
}

/** Each return gets its own try, so that one that fails here holds up no other. */
async function eachApart(
  context: StepContext,
  merchant: Merchant,
  takeOne: StepTries,
  jobs: readonly StepJob[],
): Promise<Map<string, StepTry>> {
  const results = new Map<string, StepTry>();
  for (const job of jobs) {
    try {
      for (const [id, result] of await takeOne(merchant, [job])) results.set(id, result);
    } catch (error) {
      const line = { err: error, merchant: merchant.slug, return: job.loopReturnId };
      context.log.error(line, 'a step could not be taken');
      results.set(job.id, { kind: 'retry', why: 'The service itself failed, as its log shows' });
    }
  }
  return results;
}

const changedMeanwhile: TaskResult = { kind: 'retry', why: 'The return changed before its RMA was sent' };

function resultOf(answer: TaskResult | undefined): StepTry {
  return answer !== undefined && 'kind' in answer ? answer : { kind: 'done' };
}

/** An RMA that was on the wire without an answer may be there already: MasonHub is asked before it is sent again. */
async function adoptUnanswered(
  client: MasonHubClient,
  tasks: readonly Task[],
  answers: Map<string, TaskResult>,
  askedAt: Date,
): Promise<void> {
  const unanswered = tasks.flatMap((task) =>
    task.unanswered === null ? [] : [{ task, loopReturnId: task.loopReturnId, rma: task.unanswered }],
  );
  const found = await client.findRmas(
    unanswered.map(({ loopReturnId, rma }) => ({ loopReturnId, rmaNumber: rma.rmaNumber })),
  );
  for (const { task, loopReturnId, rma } of unanswered) {
    if (found.kind !== 'found') {
      answers.set(loopReturnId, notNow(found));
      continue;
    }
    const adopted = adoptedFrom(found.rmas, rma, task, askedAt);
    if (adopted !== null) answers.set(loopReturnId, adopted);
    else if (task.task === 'ask') answers.set(loopReturnId, notOpened(found, rma));
  }
}

/** Sends a batch. Where MasonHub refuses it whole, it is halved until the bad record stands alone. */
async function send(
  client: MasonHubClient,
  kind: RmaRequest['task'],
  batch: readonly RmaRequest[],
  answers: Map<string, TaskResult>,
  askedAt: Date,
): Promise<void> {
  const answer = await request(client, kind, batch);
  if (answer.kind === 'whole-refused' && batch.length > 1) {
    const half = Math.ceil(batch.length / 2);
    await send(client, kind, batch.slice(0, half), answers, askedAt);
    await send(client, kind, batch.slice(half), answers, askedAt);
    return;
  }
  for (const task of batch) answers.set(task.loopReturnId, await readOne(client, task, answer, askedAt));
}

function request(
  client: MasonHubClient,
  kind: RmaRequest['task'],
  batch: readonly RmaRequest[],
): Promise<RmaBatchAnswer> {
  switch (kind) {
    case 'create':
      return client.createRmas(batch);
    case 'replace':
      return client.replaceRmas(batch);
    case 'delete':
      return client.deleteRmas(batch.map(nameOf));
  }
}

async function readOne(
  client: MasonHubClient,
  task: RmaRequest,
  answer: RmaBatchAnswer,
  askedAt: Date,
): Promise<TaskResult> {
  if (answer.kind === 'transient' || answer.kind === 'paused') return notNow(answer);
  if (answer.kind !== 'records') return settleRefusal(client, task, answer.why, answer.cause, askedAt);
  const record = answer.byNumber.get(task.rma.rmaNumber);
  if (record === undefined) {
    return { kind: 'retry', why: 'MasonHub answered for the batch, but not for this RMA' };
  }
  if (record.kind === 'accepted') return { event: doneEvent(task) };
  return settleRefusal(client, task, record.why, record.cause, askedAt);
}

function doneEvent({ task, rma }: RmaRequest): ReturnEvent {
  switch (task) {
    case 'create':
      return { kind: 'rmaAccepted', rma, how: 'created' };
    case 'replace':
      return { kind: 'rmaAccepted', rma, how: 'replaced' };
    case 'delete':
      return { kind: 'rmaDeleted' };
  }
}
